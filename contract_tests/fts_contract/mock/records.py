"""Jobs and files as the mock holds them; attribute names are those of the wire."""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - scenarios read the types of the fields
from typing import Any, Final

import attrs

# Source: observed on FTS 3.13.4 (states).
ACTIVE_JOB_STATES: Final = frozenset(
    {
        "STAGING",
        "QOS_TRANSITION",
        "QOS_REQUEST_SUBMITTED",
        "SUBMITTED",
        "READY",
        "ACTIVE",
        "ARCHIVING",
        "DELETE",
    }
)
ACTIVE_FILE_STATES: Final = frozenset(
    {
        "STAGING",
        "STARTED",
        "SUBMITTED",
        "READY",
        "ACTIVE",
        "ARCHIVING",
        "QOS_TRANSITION",
        "QOS_REQUEST_SUBMITTED",
        "FORCE_START",
    }
)
TERMINAL_STATES: Final = frozenset({"FINISHED", "FINISHEDDIRTY", "FAILED", "CANCELED"})


@attrs.define(eq=False)
class Retry:
    """A failed attempt of a file."""

    file_id: int
    attempt: int
    datetime: str | None
    reason: str | None
    transfer_host: str | None
    log_file: str | None


@attrs.define(eq=False)
class File:
    """A transfer of a job, with the 42 fields that FTS shows and what the mock needs to run it."""

    file_id: int
    job_id: str
    file_index: int
    _file_state: str
    source_surl: str | None
    dest_surl: str | None
    source_se: str | None
    dest_se: str | None
    vo_name: str
    file_state_initial: str | None = ""
    activity: str | None = "default"
    priority: int | None = 3
    hashed_id: int | None = None
    filesize: int | None = None
    user_filesize: int | None = 0
    checksum: str | None = "ADLER32"
    start_time: str | None = None
    finish_time: str | None = None
    staging_start: str | None = None
    staging_finished: str | None = None
    archive_start_time: str | None = None
    archive_finish_time: str | None = None
    staging_host: str | None = None
    bringonline_token: str | None = None
    transfer_host: str | None = None
    tx_duration: float | None = None
    throughput: float | None = None
    pid: int | None = None
    retry: int | None = 0
    recoverable: bool | None = None
    reason: str | None = None
    log_file: str | None = None
    log_debug: int | None = None
    internal_file_params: str | None = None
    selection_strategy: str | None = "auto"
    file_metadata: Any = None
    staging_metadata: Any = None
    archive_metadata: Any = None
    dest_surl_uuid: str | None = None
    src_token_id: str | None = None
    dst_token_id: str | None = None
    scitag: int | None = None
    # Not on the wire. The epoch counts the changes of state: an event planned before the last one is void.
    epoch: int = 0
    started_at: float = 0.0
    retries: list[Retry] | None = None
    watcher: Callable[[Any], None] | None = attrs.field(default=None, repr=False)

    @property
    def file_state(self) -> str:
        """The state; the watcher learns of a terminal one before it is set."""
        return self._file_state

    @file_state.setter
    def file_state(self, state: str) -> None:
        if state in TERMINAL_STATES and self.watcher is not None:
            self.watcher(self)
        self._file_state = state


@attrs.define(eq=False)
class DMFile:
    """An entry of a deletion job; FTS no longer accepts such jobs but still shows old ones."""

    file_id: int
    job_id: str
    file_state: str
    source_surl: str | None = None
    source_se: str | None = None
    dest_surl: str | None = None
    dest_se: str | None = None
    dmhost: str | None = None
    reason: str | None = None
    checksum: str | None = None
    start_time: str | None = None
    finish_time: str | None = None
    job_finished: str | None = None
    retry_timestamp: str | None = None
    wait_timestamp: str | None = None
    wait_timeout: int | None = None
    tx_duration: float | None = None
    retry: int | None = 0
    user_filesize: float | None = 0.0
    file_metadata: Any = None
    activity: str | None = "default"
    dm_token: str | None = None
    hashed_id: int | None = None
    vo_name: str | None = None


@attrs.define(eq=False)
class Job:
    """A job, with the 30 fields that FTS shows."""

    job_id: str
    _job_state: str
    user_dn: str
    cred_id: str
    vo_name: str
    submit_time: str
    job_type: str | None = "N"
    source_se: str | None = None
    dest_se: str | None = None
    job_finished: str | None = None
    submit_host: str | None = "localhost"
    reason: str | None = None
    cancel_job: bool = False
    dst_file_report: bool = False
    priority: int | None = 3
    retry: int | None = 0
    retry_delay: int | None = 0
    max_time_in_queue: int | None = None
    internal_job_params: str | None = None
    overwrite_flag: str | None = None
    verify_checksum: str | None = "n"
    source_spacetoken: str | None = None
    destination_spacetoken: str | None = None
    copy_pin_lifetime: int | None = -1
    bring_online: int | None = -1
    archive_timeout: int | None = -1
    target_qos: str | None = None
    os_project_id: str | None = None
    job_metadata: Any = None
    # Not on the wire.
    files: list[File] = attrs.Factory(list)
    dm: list[DMFile] | None = None
    watcher: Callable[[Any], None] | None = attrs.field(default=None, repr=False)

    @property
    def job_state(self) -> str:
        """The state; the watcher learns of a terminal one before it is set."""
        return self._job_state

    @job_state.setter
    def job_state(self, state: str) -> None:
        if state in TERMINAL_STATES and self.watcher is not None:
            self.watcher(self)
        self._job_state = state

    @property
    def is_terminal(self) -> bool:
        """Whether nothing can happen to the job any more."""
        return self.job_state in TERMINAL_STATES


@attrs.frozen
class Ban:
    """A banned storage.

    Attributes:
        storage: `scheme://host`.
        vo: The VO it is banned for; `*` for all.
        status: `CANCEL`, `WAIT` or `WAIT_AS` (waiting, but submissions are accepted).
        message: Why.
        admin_dn: Who banned it.
        addition_time: When, as on the wire.
    """

    storage: str
    vo: str
    status: str
    message: str | None = ""
    admin_dn: str = ""
    addition_time: str = ""


@attrs.frozen
class DNBan:
    """A banned user: why, by whom, and when as on the wire; `status` is always null."""

    dn: str
    message: str | None = ""
    admin_dn: str = ""
    addition_time: str = ""
    status: None = None


_INTERNAL: Final = {"epoch", "started_at", "retries", "files", "dm", "watcher"}
JOB_FIELDS: Final = tuple(a.name.lstrip("_") for a in attrs.fields(Job) if a.name not in _INTERNAL)
FILE_FIELDS: Final = tuple(
    a.name.lstrip("_") for a in attrs.fields(File) if a.name not in _INTERNAL
)
DM_FIELDS: Final = tuple(a.name for a in attrs.fields(DMFile))
RETRY_FIELDS: Final = tuple(a.name for a in attrs.fields(Retry))


def job_json(job: Job) -> dict[str, Any]:
    """The record of a job as FTS sends it, without `http_status` and `files`."""
    return {name: getattr(job, name) for name in JOB_FIELDS}


def file_json(file: File) -> dict[str, Any]:
    """The record of a file as FTS sends it."""
    return {name: getattr(file, name) for name in FILE_FIELDS}


dm_json = retry_json = attrs.asdict
"""The records of a deletion, and of a failed attempt without its file, as FTS sends them."""
