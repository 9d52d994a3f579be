"""Plan the runs against seeded defects, and make them in several processes."""

from __future__ import annotations

import multiprocessing
import random
import tempfile
from collections import defaultdict
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fts_contract.defects.sets import SEEN
from fts_contract.defects.trial import Outcome, Task, prepare_worker
from fts_contract.mock.pki.store import TestPKI
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

    from fts_contract.defects.defect import Defect
    from fts_contract.harness.options import Profile

__all__ = ["clean_tasks", "run_all", "sample_of", "task_for"]

_MAX_EXAMPLES: Final = 5
_CALLERS: Final = {"config": "admin", "admin": "root", "root": "root"}
_CLEAN_CALLERS: Final = ("admin", "alice", "root", "bob-novoms")
_WORKERS: Final = 2
_CLEAN_TIME_S: Final = 60.0
_METHODS: Final = ("get", "put", "post", "delete")


def sample_of(defects: Sequence[Defect], size: int, *, seed: int) -> list[Defect]:
    """Choose some defects, of as many kinds as possible.

    Args:
        defects: To choose from.
        size: How many.
        seed: The same seed chooses the same ones.

    Returns:
        The chosen ones, in the order of the catalogue.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    by_kind: dict[str, list[Defect]] = defaultdict(list)
    for defect in defects:
        by_kind[defect.kind].append(defect)
    kinds = list(by_kind.values())
    chance.shuffle(kinds)
    for group in kinds:
        chance.shuffle(group)
    turns = [group[turn] for turn in range(len(defects)) for group in kinds if turn < len(group)]
    chosen = set(turns[:size])
    return [defect for defect in defects if defect in chosen]


def task_for(defect: Defect, profile: Profile, *, seed: int, catalogue: str = SEEN) -> Task:
    """Plan the run that should find a defect."""
    return Task(
        name=defect.name,
        caller=defect.caller or _caller_for(defect.operations),
        profile=profile,
        operations=defect.operations,
        max_examples=_MAX_EXAMPLES,
        seed=seed,
        timeout_s=defect.timeout_s,
        slow_after_s=defect.slow_after_s,
        catalogue=catalogue,
    )


def clean_tasks(seeds: int, *, first: int) -> list[Task]:
    """Plan runs of all operations against a mock without a defect: four kinds of caller in turn, in `full`, then in `safe`."""
    return [
        Task(
            name="",
            caller=_CLEAN_CALLERS[number % len(_CLEAN_CALLERS)],
            profile="safe" if number // len(_CLEAN_CALLERS) % 2 else "full",
            operations=(),
            max_examples=_MAX_EXAMPLES,
            seed=first + number,
            max_time_s=_CLEAN_TIME_S,
        )
        for number in range(seeds)
    ]


def _caller_for(operations: Sequence[str]) -> str:
    """Choose the identity with the fewest rights that may call all of the operations."""
    levels = {
        operation_id: str(operation.get("x-fts-level")) for operation_id, operation in _all()
    }
    callers = {_CALLERS.get(levels[operation_id], "alice") for operation_id in operations}
    return next((caller for caller in ("root", "admin") if caller in callers), "alice")


def _all() -> Iterator[tuple[str, dict[str, Any]]]:
    for item in load_spec()["paths"].values():
        for method in _METHODS:
            if method in item:
                yield item[method]["operationId"], item[method]


def run_all(
    work: Callable[[Task], Outcome], tasks: Sequence[Task], *, on_done: Callable[[Outcome], None]
) -> dict[Task, Outcome]:
    """Make runs, two at a time; each worker has a process of its own for the mock.

    Args:
        work: Makes one run; a function of a module that loads neither mock nor catalogue.
        tasks: What to run.
        on_done: Called with each outcome as soon as it is known.

    Returns:
        The outcomes by task, in the order of the tasks. A run that ended with an error of its own could not be made.

    Raises:
        BrokenExecutor: A worker was killed.
    """
    outcomes: dict[Task, Outcome] = {}
    # Runs that are broken off may still write there.
    with tempfile.TemporaryDirectory(
        prefix="fts-defects-", ignore_cleanup_errors=True
    ) as directory:
        pki = Path(directory)
        TestPKI.at(pki)  # Made once, because keys take longer than runs.
        pool = ProcessPoolExecutor(
            min(_WORKERS, len(tasks)) or 1,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=prepare_worker,
            initargs=(pki,),
        )
        with pool:
            futures = {pool.submit(work, task): task for task in tasks}
            try:
                for future in as_completed(futures):
                    task = futures[future]
                    outcomes[task] = _outcome(task, future)
                    on_done(outcomes[task])
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    return {task: outcomes[task] for task in tasks}


def _outcome(task: Task, future: Future[Outcome]) -> Outcome:
    try:
        return future.result()
    except BrokenExecutor:
        raise
    except Exception as error:  # noqa: BLE001 - hours of other runs must not be lost
        what = f"{type(error).__name__}: {error}"
        return Outcome(task=task, failures=(), hits=0, requests=0, elapsed_s=0.0, error=what)
