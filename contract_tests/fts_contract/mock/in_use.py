"""What a server that has been in use for years holds: other people's jobs, configuration, grants and bans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fts_contract.mock.clock import wire_time
from fts_contract.mock.configuration import ActivityShares, Link, StorageConfig
from fts_contract.mock.optimizer_rows import Current, Decision
from fts_contract.mock.records import Retry

if TYPE_CHECKING:
    from fts_contract.mock.state import State

_PEOPLE: Final = "/DC=org/DC=example/O=Users/CN="
_SOURCE: Final = "davs://disk.example.org"
_DESTINATION: Final = "davs://tape.example.org"
_HOSTS: Final = ("fts-a.example.org", "fts-b.example.org")
_SERVICES: Final = ("fts_qosdaemon", "fts_server")
_HOUR_S: Final = 3600
_SIZE: Final = 60 * 1024 * 1024
_CANCELED: Final = "Job canceled by the user"
# Reasons of a job and of its file, by the state in which they have ended.
_REASONS: Final = {
    "FINISHED": (None, ""),
    "FAILED": (
        "One or more files failed. Please have a look at the details for more information",
        "TRANSFER [110] Connection timed out",
    ),
    "CANCELED": (_CANCELED, _CANCELED),
}
# State of a job, VO, hours since its submission.
_JOBS: Final = (
    ("ACTIVE", "testvo", 1),
    ("SUBMITTED", "testvo", 2),
    ("FINISHED", "testvo", 30),
    ("FAILED", "testvo", 40),
    ("STAGING", "othervo", 3),
    ("CANCELED", "othervo", 50),
)


def fill(state: State) -> None:
    """Put into a server what others have left there; nothing of it belongs to a test identity, and nothing moves by itself.

    Source: FTS 3.13.4 has from the start the link `*` (2 to 130 transfers, optimizer mode 2) and the storage `*` (200 in each
    direction); the rest is invented.
    """
    with state.lock:
        _configure(state)
        _add_jobs(state)
        state.grant(f"{_PEOPLE}operator", "config")
        state.grant(f"{_PEOPLE}carol", "datamanagement", "transfer")
        state.ban_dn(f"{_PEOPLE}mallory", message="left", admin_dn=f"{_PEOPLE}operator")
        state.ban_storage(
            "davs://broken.example.org",
            vo="othervo",
            status="WAIT",
            message="disk server down",
            admin_dn=f"{_PEOPLE}operator",
        )


def _configure(state: State) -> None:
    config, now = state.config, state.now()
    config.put_link(Link("*", min_active=2, max_active=130, optimizer_mode=2, nostreams=0))
    config.put_link(Link("disk-tape", _SOURCE, _DESTINATION, min_active=2, max_active=50))
    config.add_share(_SOURCE, _DESTINATION, vo="othervo", share=80)
    for hostname in _HOSTS:
        for service in _SERVICES:
            config.add_host(hostname, service_name=service, beat=wire_time(now - 10))
    for vo, retry in (("*", 0), ("othervo", 3)):
        config.settings[vo] = {
            "vo_name": vo,
            "retry": retry,
            "max_time_queue": 0,
            "global_timeout": 0,
            "sec_per_mb": 0,
            "no_streaming": False,
            "show_user_dn": False,
        }
    config.put_storage(
        StorageConfig("*", info={"inbound_max_active": 200, "outbound_max_active": 200})
    )
    config.put_storage(
        StorageConfig(
            _DESTINATION,
            info={"inbound_max_active": 100, "outbound_max_active": 100, "tpc_support": "PULL"},
            limits={"othervo": {"staging": 200}},
        )
    )
    config.activity_shares["othervo"] = ActivityShares(
        "othervo", ({"default": 0.3}, {"production": 0.7})
    )
    config.record(f"{_PEOPLE}operator", action="link", config='{"symbolicname": "disk-tape"}')
    pair: dict[str, Any] = {"source_se": _SOURCE, "dest_se": _DESTINATION}
    state.optimizer.add(
        Decision(
            **pair,
            datetime=wire_time(now - _HOUR_S),
            active=10,
            ema=1e8,
            throughput=1e8,
            success=99.0,
            rationale="Steady",
        )
    )
    state.optimizer.set_current(
        Current(**pair, datetime=wire_time(now - _HOUR_S), active=10, ema=1e8, nostreams=1)
    )


def _add_jobs(state: State) -> None:
    for job_state, vo, hours in _JOBS:
        submitted, ended = state.now() - hours * _HOUR_S, state.now() - (hours - 1) * _HOUR_S
        file: dict[str, Any] = {"source_surl": f"{_SOURCE}/f", "dest_surl": f"{_DESTINATION}/f"}
        if job_state in _REASONS:
            file |= {"finish_time": wire_time(ended), "reason": _REASONS[job_state][1]}
        if job_state in ("ACTIVE", "FINISHED", "FAILED"):
            file |= {"transfer_host": _HOSTS[0], "start_time": wire_time(ended - 60)}
        if job_state == "FINISHED":
            file |= {"filesize": _SIZE, "tx_duration": 60.0, "throughput": 1.0}
        job = state.add_job(
            reason=_REASONS.get(job_state, (None, None))[0],
            job_state=job_state,
            vo_name=vo,
            user_dn=f"{_PEOPLE}carol",
            cred_id="0123456789abcdef",
            submit_time=wire_time(submitted),
            job_finished=file.get("finish_time"),
            source_se=_SOURCE,
            dest_se=_DESTINATION,
            files=(file,),
        )
        if job_state == "FAILED":
            failed = job.files[0]
            failed.retry, failed.recoverable = 1, False
            failed.retries = [
                Retry(
                    failed.file_id,
                    attempt=1,
                    datetime=wire_time(ended - 90),
                    reason=failed.reason,
                    transfer_host=_HOSTS[0],
                    log_file=None,
                )
            ]
        if job_state == "CANCELED":
            state.archive(job.job_id)
