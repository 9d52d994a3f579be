"""Everything the mock remembers, as its handlers use it."""

from __future__ import annotations

import contextlib
import itertools
import threading
import uuid
from typing import TYPE_CHECKING, Any, Final

from fts_contract.mock.clock import Clock, wire_time
from fts_contract.mock.collation import collated
from fts_contract.mock.configuration import Configuration
from fts_contract.mock.delegation_store import Delegations
from fts_contract.mock.engine import Engine
from fts_contract.mock.optimizer_rows import OptimizerRows
from fts_contract.mock.records import (
    TERMINAL_STATES,
    Ban,
    DNBan,
    File,
    Job,
)
from fts_contract.mock.settings import DEFAULTS, Settings
from fts_contract.mock.storage_conditions import Storages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fts_contract.mock.identity import Caller
    from fts_contract.mock.oauth2 import OAuth2

# Beyond 32 bits, as on servers that have run for years, so that tests notice clients that truncate ids.
_FIRST_FILE_ID: Final = 8_872_390_000
_NODE: Final = 0x02FC00000001


class Memory:
    """The memory of a mock. Use it from any thread; each method sees and leaves a consistent state.

    Args:
        clock: The mock's clock.
        who: Finds the caller by the name of a test identity.
        settings: Settings of the server, which `reset` restores.

    Attributes:
        delegations: Delegated credentials.
        gridmap: DN to VO, for callers without VOMS attributes.
        grants: DN to the operations that an administrator granted.
        storages: What tests have arranged of the storages.
        voms_servers: VOs whose attributes can be added to a delegated credential.
        banned_dns: DNs that get 403 everywhere.
        bans: Banned storages.
        config: What administrators have configured; `max_active` of its links bounds transfers.
        optimizer: What the optimizer decided.
        queue_lengths: (VO, link, whether in bytes) to when a queue was measured, and how long it was.
        settings: Settings of the server, see `change_settings`.
        oauth2: Issuers and tokens; None for a server without OAuth2.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        who: Callable[[str], Caller],
        oauth2: OAuth2 | None = None,
        settings: Settings = DEFAULTS,
    ) -> None:
        self.lock = threading.RLock()
        # Whether changes of states come from a test, not from the server itself.
        self._by_hand = True
        self._clock = clock
        self._who = who
        self.delegations = Delegations()
        self._first_settings = settings
        self._watcher = self._note
        self.oauth2 = oauth2
        self.resets = 0
        self.reset()

    def reset(self) -> None:
        """Forget everything: jobs, delegations, bans, grants. The clock keeps its time."""
        with self.lock:
            self.resets += 1
            self._jobs: dict[str, Job] = {}
            self._by_vo: dict[str, dict[str, Job]] = {}
            self._open: dict[str, dict[str, Job]] = {}
            self._files: dict[int, File] = {}
            self._archive: dict[str, Job] = {}
            self._file_ids = itertools.count(_FIRST_FILE_ID)
            self._dm_ids = itertools.count(1)
            self.gridmap: dict[str, str] = {}
            self.grants: dict[str, set[str]] = {}
            self.banned_dns: dict[str, DNBan] = {}
            self.bans: list[Ban] = []
            self.voms_servers: set[str] = set()
            self.queue_lengths: dict[tuple[str, tuple[str, str], bool], tuple[float, int]] = {}
            self.storages = Storages()
            self.config = Configuration(now=self.now)
            self._changed_by_hand: list[tuple[Job, File | None]] = []
            self.optimizer = OptimizerRows()
            self.delegations.clear()
            if self.oauth2 is not None:
                self.oauth2.reset()
            self._apply(self._first_settings)
            self.engine = Engine(
                job_of=lambda file: self._jobs.get(collated(file.job_id)),
                closed=self._close,
                storages=self.storages,
                link_limit=self.config.most_active,
            )

    def change_settings(self, **settings: Any) -> None:
        """Change settings of the server until the next reset.

        Args:
            settings: Names and values; the documentation of the mock lists them.

        Raises:
            ValueError: A name is unknown, or a value is of another type.
        """
        with self.lock:
            self._apply(self.settings.changed(settings))

    def _apply(self, settings: Settings) -> None:
        self.settings = settings
        self.optimizer.enabled = settings.optimizer
        if self.oauth2 is not None:
            self.oauth2.allows_unmanaged = settings.non_managed_tokens
            self.oauth2.validates_online = settings.online_token_validation

    @contextlib.contextmanager
    def serving(self) -> Iterator[float]:
        """Hold the lock while the server works, after what has fallen due was carried out.

        Yields:
            The time in seconds since 1970.
        """
        with self.lock:
            was, self._by_hand = self._by_hand, False
            try:
                now = self._clock.time()
                self.engine.run_until(now)
                self._follow_hands(now)
                yield now
            finally:
                self._by_hand = was

    def catch_up(self) -> float:
        """Carry out what has fallen due, and what follows from changes by hand.

        Returns:
            The time in seconds since 1970.
        """
        with self.serving() as now:
            return now

    def _note(self, record: File | Job) -> None:
        """Note that a test is about to end a file or a job by setting its state."""
        if not self._by_hand:
            return
        job = self.find(record.job_id)
        if job is not None:
            with self.lock:
                files = job.files if isinstance(record, Job) else [record]
                for file in files:
                    self.engine.release(file, self.now())
                self._changed_by_hand.append((job, None if record is job else files[0]))

    def _follow_hands(self, now: float) -> None:
        while self._changed_by_hand:
            job, file = self._changed_by_hand.pop(0)
            if file is not None:
                self.engine.follow(job, file, now)
            elif job.job_finished is None and job.is_terminal:
                self.close(job, state=job.job_state, reason=job.reason)

    def now(self) -> float:
        """The time in seconds since 1970."""
        return self._clock.time()

    def new_job_id(self) -> str:
        """A version 1 UUID, as FTS gives to jobs without deterministic id."""
        return str(uuid.uuid1(node=_NODE))

    def next_file_id(self) -> int:
        """A file id that was never used."""
        return next(self._file_ids)

    def insert(self, job: Job) -> None:
        """Store a job and index it."""
        key = collated(job.job_id)
        job.watcher = self._watcher
        self._jobs[key] = job
        self._by_vo.setdefault(job.vo_name, {})[key] = job
        if job.job_finished is None:
            self._open.setdefault(job.vo_name, {})[key] = job
        for file in job.files:
            file.watcher = self._watcher
            self._files[file.file_id] = file

    def find(self, job_id: str) -> Job | None:
        """Find a job by its id, as the database compares texts."""
        return self._jobs.get(collated(job_id))

    def archived(self, job_id: str) -> Job | None:
        """Find a job that was moved to the archive."""
        return self._archive.get(collated(job_id))

    def find_file(self, file_id: int) -> File | None:
        """Find a file by its id."""
        return self._files.get(file_id)

    def jobs_of(self, vo: str | None, *, only_open: bool) -> Iterator[Job]:
        """Go through the jobs of a VO, in the order of submission.

        Args:
            vo: The VO; None for all.
            only_open: Leave out jobs that have finished.
        """
        index = self._open if only_open else self._by_vo
        if vo is not None:
            return iter(list(index.get(vo, {}).values()))
        return iter([job for jobs in index.values() for job in jobs.values()])

    def vos(self) -> list[str]:
        """VOs that have jobs."""
        return [vo for vo, jobs in self._by_vo.items() if jobs]

    def links_changed(self) -> None:
        """Reconsider the files that wait for a slot, after a change of the limits."""
        self.engine.reconsider(self.now())

    def _close(self, job: Job) -> None:
        self._open.get(job.vo_name, {}).pop(collated(job.job_id), None)

    def close(self, job: Job, *, state: str, reason: str | None) -> None:
        """Make a job terminal.

        Args:
            job: The job.
            state: Its last state.
            reason: Why, or None.
        """
        job.watcher = None
        job.job_state = state
        job.job_finished = wire_time(self.now())
        job.reason = reason
        self._close(job)

    def set_file_state(self, file: File, state: str) -> None:
        """Change the state of a file from outside; what was planned for it is void."""
        if not (self._by_hand and state in TERMINAL_STATES):
            self.engine.release(file, self.now())
        file.file_state = state

    def resume_file(self, file: File, state: str) -> None:
        """Change the state of a file from outside, and plan what follows from the new one."""
        self.set_file_state(file, state)
        self.engine.resume(file, self.now())
