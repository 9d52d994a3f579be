"""`params` of a submission: defaults, types and the rules among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.mock.errors import bad_request
from fts_contract.mock.submission.values import (
    metadata,
    number,
    queue_limit,
    reading,
    soft_number,
    text,
    yes,
)

if TYPE_CHECKING:
    from fts_contract.mock.settings import Settings

_DEFAULTS: Final[dict[str, Any]] = {
    "verify_checksum": False,
    "reuse": None,
    "multihop": False,
    "overwrite": False,
    "overwrite_on_retry": False,
    "overwrite_hop": False,
    "overwrite_when_only_on_disk": False,
    "bring_online": -1,
    "copy_pin_lifetime": -1,
    "archive_timeout": -1,
    "retry": 0,
    "retry_delay": 0,
    "priority": 3,
    "max_time_in_queue": 0,
    "id_generator": "standard",
    "dst_file_report": False,
    "s3alternate": False,
}
_OVERWRITE: Final = {
    "overwrite": "Y",
    "overwrite_on_retry": "R",
    "overwrite_hop": "M",
    "overwrite_when_only_on_disk": "D",
}
_LONGEST_INTERNAL: Final = 255


def merge(given: Any) -> dict[str, Any]:
    """Put the given parameters over the defaults; null means the default.

    Args:
        given: `params` of the body: an object, or anything that Python makes a dictionary of.

    Raises:
        TypeError, ValueError: Anything else.
    """
    read: dict[str, Any] = {}
    read.update(given)
    return {
        **_DEFAULTS,
        **{key: value for key, value in read.items() if value is not None},
    }


@attrs.frozen
class Params:
    """What the parameters of a job come to.

    Attributes:
        raw: The parameters with defaults, for rules that look at them with the files.
        fields: The fields of the job that are decided by the parameters alone.
    """

    raw: dict[str, Any]
    fields: dict[str, Any]
    sid: str | None
    is_multihop: bool
    is_reuse: bool

    @property
    def is_staging(self) -> bool:
        """Whether the sources have to be brought online first."""
        return any(self.fields[name] > 0 for name in ("bring_online", "copy_pin_lifetime"))


def job_metadata(raw: dict[str, Any], *, limit: int, auth_method: str) -> dict[str, Any]:
    """Read the metadata of a job and add how its user was authenticated.

    Raises:
        APIError: 400.
    """
    with reading():
        value = metadata(raw.get("job_metadata"), limit=limit)
    return {**(value or {}), "auth_method": auth_method}


def check_overwrite(raw: dict[str, Any], *, hops_validated: bool) -> str | None:
    """Work out the overwrite flag.

    Conflicts are counted with "N" as no, but the flag is then chosen by truth, for which "N" is yes.

    Raises:
        APIError: 400, flags that exclude each other or lack what they need.
    """
    counted = {name for name in _OVERWRITE if yes(raw[name])}
    if len(counted) > 1 and counted != {"overwrite_hop", "overwrite_when_only_on_disk"}:
        raise bad_request("Incompatible overwrite flags used at the same time")
    if (
        raw["overwrite_when_only_on_disk"]
        and soft_number(raw["archive_timeout"], name="archive_timeout") <= 0
    ):
        raise bad_request("'overwrite-when-only-on-disk' requires 'archive-timeout' to be set")
    if hops_validated and raw["overwrite_hop"] and not raw["multihop"]:
        raise bad_request("'overwrite-hop' requires multihop job submission")
    chosen = [name for name in _OVERWRITE if raw[name]]
    if chosen == ["overwrite_hop", "overwrite_when_only_on_disk"]:
        return "Q"
    return _OVERWRITE[chosen[0]] if chosen else None


def _internal(raw: dict[str, Any]) -> str | None:
    parts = []
    for name, label in (
        ("nostreams", "nostreams"),
        ("timeout", "timeout"),
        ("buffer_size", "buffersize"),
    ):
        # 0 and an empty text, list or object count as not given; "0" and 0.5 do not, although they are read as 0.
        if given := raw.get(name):
            parts.append(f"{label}:{int(given)}")
    if raw.get("strict_copy"):
        parts.append("strict")
    if raw.get("disable_cleanup"):
        parts.append("disable-cleanup")
    if raw.get("ipv4"):
        parts.append("ipv4")
    elif raw.get("ipv6"):
        parts.append("ipv6")
    if raw["s3alternate"]:
        parts.append("s3alternate")
    joined = ",".join(parts)
    return text(joined, name="internal_job_params", longest=_LONGEST_INTERNAL) or None


def _check_staging_time(fields: dict[str, Any], delta: int, *, now: float) -> None:
    staging, end = fields["bring_online"], fields["max_time_in_queue"]
    if delta and staging > 0 and end is not None and end - int(now) - staging < delta:
        raise bad_request(
            f"Bringonline and Expiration timeout must be at least {delta} seconds apart"
        )


def read_params(
    raw: dict[str, Any], *, job_metadata: dict[str, Any], settings: Settings, now: float
) -> Params:
    """Check the parameters from the id rule to the numbers.

    Args:
        raw: Parameters with defaults.
        job_metadata: Metadata of the job, already read.
        settings: Rules of the server.
        now: Seconds since 1970.

    Raises:
        APIError: 400.
    """
    sid = raw.get("sid") if raw["id_generator"] == "deterministic" else None
    if raw["id_generator"] == "deterministic":
        if sid is None:
            raise bad_request("Need sid for deterministic job id generation")
        if not isinstance(sid, str):
            kind = type(sid).__name__
            raise bad_request(f'Malformed request: can only concatenate str (not "{kind}") to str')
    with reading():
        flag = check_overwrite(raw, hops_validated=settings.overwrite_hop_validation)
        qos = raw.get("target_qos")
        soft = ("bring_online", "copy_pin_lifetime", "archive_timeout")
        fields = {
            "job_metadata": job_metadata,
            "overwrite_flag": flag,
            **{name: soft_number(raw[name], name=name) for name in soft},
            **{name: number(raw[name], name=name) for name in ("retry", "retry_delay")},
            "priority": min(max(int(raw["priority"]), 1), 5),
            "max_time_in_queue": queue_limit(raw["max_time_in_queue"], now=now),
            "internal_job_params": _internal(raw),
            "target_qos": None if qos is None else text(qos, name="target_qos", longest=255),
            "dst_file_report": yes(raw["dst_file_report"]),
        }
        _check_staging_time(fields, settings.bring_online_and_expiration_delta, now=now)
        return Params(
            raw=raw,
            fields=fields,
            sid=sid,
            is_multihop=bool(raw["multihop"]),
            is_reuse=yes(raw["reuse"]),
        )
