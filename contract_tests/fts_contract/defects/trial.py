"""One trial: a run of the harness against one mock, in a process that does not load the defects."""

from __future__ import annotations

import multiprocessing
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import attrs

from fts_contract.defects.mock_process import serve, serving
from fts_contract.harness.options import RunOptions
from fts_contract.harness.run import run_contract
from fts_contract.harness.sending.errors import CannotRunError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from multiprocessing.connection import Connection

    from fts_contract.defects.mock_process import Endpoint
    from fts_contract.harness.options import Profile

__all__ = ["Outcome", "Task", "pki_of_worker", "prepare_worker", "run_task", "serving_task"]

_OTHERS: Final = ("alice", "bob-novoms", "admin")
_NO_DEVIATIONS: Final = Path(os.devnull)
_ARCHIVED: Final = "0c4cb6b2-e6f5-11f1-9d01-02fc00000001"
"""The job in the archive of the mock, see `server_contents`, which this process must not load."""


@attrs.frozen(kw_only=True)
class Task:
    """A run to make.

    Attributes:
        name: The defect; empty for a clean mock.
        caller: Test identity of the caller.
        profile: Profile of the run.
        operations: Ids of the operations it is limited to; empty for all.
        max_examples: Generated requests per operation and phase.
        seed: Seed of the run.
        timeout_s: Limit for each answer, in seconds.
        slow_after_s: Seconds above which an answer is slow.
        max_time_s: Limit for the whole run, in seconds; None for none.
        catalogue: Where the defect is, see `defects_of`.
    """

    name: str
    caller: str
    profile: Profile
    operations: tuple[str, ...]
    max_examples: int
    seed: int
    timeout_s: float = 10.0
    slow_after_s: float = 10.0
    max_time_s: float | None = None
    catalogue: str = "seen"


Verdict = Literal["caught", "missed", "not reached", "could not run"]


@attrs.frozen(kw_only=True)
class Outcome:
    """The result of a run.

    Attributes:
        task: The run.
        failures: (operation, check, message) of each failure.
        hits: How often the defect changed what the server did.
        requests: Number of requests.
        elapsed_s: Seconds it took.
        error: Why the run could not be made, or None.
    """

    task: Task
    failures: tuple[tuple[str, str, str], ...]
    hits: int
    requests: int
    elapsed_s: float
    error: str | None = None

    def joined(self, other: Outcome) -> Outcome:
        """Add what another way of testing the same mock found."""
        return attrs.evolve(
            self,
            failures=(*self.failures, *other.failures),
            hits=self.hits + other.hits,
            requests=self.requests + other.requests,
            elapsed_s=self.elapsed_s + other.elapsed_s,
        )

    @property
    def checks(self) -> tuple[str, ...]:
        """Names of the checks that failed."""
        return tuple(dict.fromkeys(check for _, check, _ in self.failures))

    @property
    def verdict(self) -> Verdict:
        """Whether the defect was caught; for a clean mock the right verdict is `not reached`."""
        if self.failures:
            return "caught"
        if self.error is not None:
            return "could not run"
        return "missed" if self.hits else "not reached"


_connection: Connection
_pki: Path


def prepare_worker(pki: Path) -> None:
    """Start the process that serves the mocks of this worker; it ends with the worker.

    Args:
        pki: Directory of the test PKI, which must exist.
    """
    global _connection, _pki  # noqa: PLW0603 - the state of a worker process
    _pki = pki
    context = multiprocessing.get_context("spawn")
    _connection, other = context.Pipe()
    context.Process(target=serve, args=(other, pki), daemon=True).start()
    other.close()


def pki_of_worker() -> Path:
    """Give the directory of the test PKI of this worker."""
    return _pki


def serving_task(task: Task) -> AbstractContextManager[tuple[Endpoint, list[int]]]:
    """Have the mock of a task served by the process of this worker, see `serving`."""
    return serving(_connection, task.catalogue, task.name)


def run_task(task: Task) -> Outcome:
    """Let the harness judge a mock with a defect."""
    started = time.monotonic()
    failures: tuple[tuple[str, str, str], ...] = ()
    requests, error = 0, None
    with serving_task(task) as (endpoint, hits):
        options = RunOptions(
            url=endpoint.url,
            cert=endpoint.credentials[task.caller],
            also_cert=tuple(endpoint.credentials[n] for n in _OTHERS if n != task.caller),
            ca_file=endpoint.ca_file,
            profile=task.profile,
            allow_changes=task.profile == "full",
            # The mock belongs to this run alone.
            exclusive=True,
            optimizer_rows=True,
            ban_callers=True,
            max_examples=task.max_examples,
            seed=task.seed,
            operations=f"^(?:{'|'.join(task.operations)})$" if task.operations else None,
            archived_jobs=(_ARCHIVED,),
            # Known deviations of real servers would excuse defects.
            deviations=_NO_DEVIATIONS,
            timeout_s=task.timeout_s,
            slow_after_s=task.slow_after_s,
            max_time_s=task.max_time_s,
        )
        try:
            run = run_contract(options)
        except CannotRunError as trouble:
            error = str(trouble)
        else:
            requests = run.results.requests
            failures = tuple(
                (failure.operation, failure.finding.check, failure.finding.message)
                for failure in run.results.unexplained
            )
    return Outcome(
        task=task,
        failures=failures,
        hits=hits[0],
        requests=requests,
        elapsed_s=time.monotonic() - started,
        error=error,
    )
