"""What the mock contains before a run: a little of everything, so that a run that only reads has data to check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fts_contract.mock.clock import wire_time
from fts_contract.mock.cloud_accounts import CloudStorage, CloudUser
from fts_contract.mock.configuration import ActivityShares, AuditRow, Link
from fts_contract.mock.optimizer_rows import Current, Decision
from fts_contract.mock.records import Retry

if TYPE_CHECKING:
    from fts_contract.mock import MockFTS
    from fts_contract.mock.state import State

SOURCE: Final = "mock://source.example.org"
DESTINATION: Final = "mock://dest.example.org"
_TAPE: Final = "root://tape.example.org"
_HOST: Final = "fts-a.example.org"
_CLOUD: Final = "S3:s3.example.org"
_REQUESTED: Final = "a token"
_HOUR: Final = 3600
_MIB: Final = 1024 * 1024


def fill(mock: MockFTS) -> None:
    """Put jobs, configuration, bans and accounts into a mock."""
    with mock.state.lock:
        for name in ("alice", "admin", "root"):
            mock.state.delegate(name)
        _open_jobs(mock.state)
        _ended_jobs(mock.state)
        _foreign_jobs(mock.state)
        _configuration(mock.state)
        _accounts(mock)


def _ago(state: State, seconds: float) -> str:
    return wire_time(state.now() - seconds)


def _open_jobs(state: State) -> None:
    state.add_job(
        job_state="ACTIVE",
        submit_time=_ago(state, 900),
        source_se=SOURCE,
        dest_se=DESTINATION,
        files=(
            {
                "file_state": "ACTIVE",
                "start_time": _ago(state, 600),
                "transfer_host": _HOST,
                "pid": 4711,
                "filesize": 5 * _MIB,
                "throughput": 12.5,
                "reason": "",
                "log_file": "/var/log/fts3/transfers/a__b",
            },
            {"file_state": "SUBMITTED"},
        ),
    )
    state.add_job(
        submit_time=_ago(state, 300),
        source_se=SOURCE,
        dest_se="davs://other.example.org",
        priority=4,
        files=({"file_metadata": {"campaign": "spring"}},),
    )
    state.add_job(
        job_state="STAGING",
        submit_time=_ago(state, 200),
        source_se=_TAPE,
        dest_se=DESTINATION,
        bring_online=7200,
        files=(
            {
                "file_state": "STARTED",
                "staging_start": _ago(state, 150),
                "staging_host": _HOST,
                "bringonline_token": "request-1",
            },
        ),
    )
    state.add_job(owner="bob", submit_time=_ago(state, 100), source_se=SOURCE, dest_se=_TAPE)
    # A job of the administrator, whose run needs a job of its own.
    state.add_job(owner="admin", submit_time=_ago(state, 60))


def _ended_jobs(state: State) -> None:
    good = {
        "file_state": "FINISHED",
        "start_time": _ago(state, 2 * _HOUR - 60),
        "finish_time": _ago(state, 2 * _HOUR - 120),
        "transfer_host": _HOST,
        "filesize": 10 * _MIB,
        "user_filesize": 10 * _MIB,
        "tx_duration": 50.0,
        "throughput": 0.2,
        "reason": "",
        "checksum": "adler32:1a2b3c4d",
        "log_file": "/var/log/fts3/transfers/c__d",
    }
    bad: dict[str, Any] = {
        **good,
        "file_state": "FAILED",
        "recoverable": False,
        "retry": 1,
        "reason": "TRANSFER [5] Input/output error",
    }
    canceled = {
        "file_state": "CANCELED",
        "finish_time": _ago(state, 2 * _HOUR - 120),
        "reason": "Job canceled by the user",
    }
    why = "One or more files failed. Please have a look at the details for more information"
    for job_state, files, fields in (
        ("FINISHED", (good, good), {}),
        ("FINISHEDDIRTY", (good, bad), {"reason": why}),
        ("FAILED", (bad,), {"reason": why}),
        ("CANCELED", (canceled,), {"reason": "Job canceled by the user", "cancel_job": True}),
    ):
        job = state.add_job(
            job_state=job_state,
            submit_time=_ago(state, 3 * _HOUR),
            job_finished=_ago(state, 2 * _HOUR - 120),
            files=files,
            **fields,
        )
        for file in job.files:
            if file.retry:
                file.retries = [
                    Retry(
                        file.file_id,
                        attempt=1,
                        datetime=_ago(state, 2 * _HOUR - 90),
                        reason=bad["reason"],
                        transfer_host=_HOST,
                        log_file=None,
                    )
                ]
    old = state.add_job(
        job_id="0c4cb6b2-e6f5-11f1-9d01-02fc00000001",
        job_state="FINISHED",
        submit_time=_ago(state, 9 * 24 * _HOUR),
        job_finished=_ago(state, 9 * 24 * _HOUR - 600),
        files=(
            {
                **good,
                "start_time": _ago(state, 9 * 24 * _HOUR - 60),
                "finish_time": _ago(state, 9 * 24 * _HOUR - 600),
            },
        ),
    )
    state.archive(old.job_id)


def _foreign_jobs(state: State) -> None:
    """Jobs of another VO, which members of `testvo` must not see."""
    state.add_job(owner="bob-novoms", submit_time=_ago(state, 400), source_se=SOURCE)
    state.add_job(
        owner="bob-novoms",
        job_state="FINISHED",
        submit_time=_ago(state, 500),
        job_finished=_ago(state, 450),
        files=({"start_time": _ago(state, 480), "finish_time": _ago(state, 450), "filesize": 1},),
    )


def _configuration(state: State) -> None:
    config = state.config
    config.add_host(_HOST, beat=_ago(state, 5))
    config.add_host("fts-b.example.org", beat=_ago(state, 8), drain=True)
    for link in (
        Link("every-link", max_active=100),
        Link(
            "source-to-dest", SOURCE, DESTINATION, min_active=5, max_active=50, optimizer_mode=2,
            nostreams=4,
        ),
        Link("to-tape", "*", _TAPE, max_active=10, tcp_buffer_size=_MIB),
    ):  # fmt: skip
        config.put_link(link)
    config.add_share(SOURCE, DESTINATION, vo="testvo", share=80)
    config.add_share(SOURCE, DESTINATION, vo="public", share=20)
    for name, info, limits in (
        (SOURCE, {"inbound_max_active": 100, "outbound_max_throughput": 250.0, "ipv6": 1}, {}),
        (_TAPE, {"site": "TAPE-1", "skip_eviction": "1"}, {"testvo": {"staging": 200}}),
    ):
        storage = config.storage(name)
        storage.info, storage.limits = dict(info), limits
        config.put_storage(storage)
    config.settings["*"] = _settings("*", retry=3)
    config.settings["testvo"] = _settings("testvo", max_time_queue=24, no_streaming=True)
    config.activity_shares["testvo"] = ActivityShares(
        "testvo", ({"default": 0.5}, {"Production": 0.5})
    )
    for minutes, action in ((30, "set-globals"), (20, "link"), (10, "share-set")):
        when, dn = _ago(state, 60 * minutes), "/DC=org/DC=example/O=Users/CN=root"
        config.audit.append(AuditRow(when, dn, action, "{}"))


def _settings(vo: str, **fields: Any) -> dict[str, Any]:
    return {
        "vo_name": vo,
        "retry": 0,
        "max_time_queue": 0,
        "global_timeout": 0,
        "sec_per_mb": 0,
        "no_streaming": False,
        "show_user_dn": False,
        **fields,
    }


def _accounts(mock: MockFTS) -> None:
    state = mock.state
    state.grant("/DC=org/DC=example/O=Users/CN=operator", "config")
    state.ban_dn("/DC=org/DC=example/O=Users/CN=mallory", message="abuse", admin_dn="/CN=root")
    state.ban_storage("davs://broken.example.org", message="down", admin_dn="/CN=root")
    state.config.clouds.put(
        CloudStorage(_CLOUD, app_key="application", service_api_url="https://cloud.example.org")
    )
    for name in ("alice", "admin"):
        state.config.clouds.put_user(
            _CLOUD, CloudUser(user_dn=mock.caller(name).user_dn, request_token=_REQUESTED)
        )
    for minutes, active in ((30, 20), (20, 24), (10, 28)):
        state.optimizer.add(
            Decision(
                SOURCE,
                DESTINATION,
                _ago(state, 60 * minutes),
                ema=1.5e8,
                active=active,
                throughput=1.6e8,
                success=99.0,
                rationale="Good link efficiency",
                diff=4,
                actual_active=active,
                queue_size=7,
                filesize_avg=1e9,
                filesize_stddev=2e8,
            )
        )
    state.optimizer.add(Decision(SOURCE, _TAPE, _ago(state, 300), ema=9e7, active=8))
    state.optimizer.set_current(
        Current(SOURCE, DESTINATION, _ago(state, 600), ema=1.5e8, active=28, nostreams=4)
    )
    state.optimizer.set_current(Current(SOURCE, _TAPE, _ago(state, 300), ema=9e7, active=8))
