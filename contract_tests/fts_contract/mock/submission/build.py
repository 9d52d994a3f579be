"""From a checked body to a job: type, initial states, ids, bans."""

from __future__ import annotations

import uuid
import zlib
from typing import TYPE_CHECKING, Any

import attrs

from fts_contract.mock.banning import HELD
from fts_contract.mock.clock import wire_time
from fts_contract.mock.errors import APIError, bad_request, forbidden
from fts_contract.mock.identity import BASE_ID
from fts_contract.mock.records import File, Job
from fts_contract.mock.submission.conflicts import refuse_repeated_id, refuse_used_destinations
from fts_contract.mock.submission.params import Params, job_metadata, merge, read_params
from fts_contract.mock.submission.selection import choose_pair
from fts_contract.mock.submission.transfers import (
    Entry,
    checksum_text,
    read_entries,
    strategy_text,
)
from fts_contract.mock.submission.values import reading, text

if TYPE_CHECKING:
    from fts_contract.mock.state import State


@attrs.frozen
class Submitter:
    """Whose job it will be.

    Attributes:
        user_dn: Owner.
        cred_id: Delegation id.
        vo: VO of the job.
        auth_method: `certificate` or `oauth2`, noted in the metadata.
    """

    user_dn: str
    cred_id: str
    vo: str
    auth_method: str = "certificate"


def build_job(body: dict[str, Any], *, submitter: Submitter, state: State, now: float) -> Job:
    """Apply the rules of submission in the order of FTS.

    Args:
        body: The JSON object.
        submitter: Whose job it will be.
        state: Bans, queues and limits; not changed.
        now: Seconds since 1970.

    Returns:
        The job, not stored yet.

    Raises:
        APIError: 400, 403 (banned storage), 405 (deletion job), 409 (sid or destination in use).
    """
    if reserved := {"request", "self"} & body.keys():
        # The reference answers 500.
        raise bad_request(f"Malformed request: unexpected key {min(reserved)!r}")
    with reading():
        raw = merge(body.get("params", {}))
    about = job_metadata(
        raw, limit=state.settings.job_metadata_limit, auth_method=submitter.auth_method
    )
    if body.get("delete") is not None:
        raise APIError(405, "Deletion jobs are no longer supported by FTS")
    if body.get("files") is None:
        raise bad_request("No transfers operations specified")
    params = read_params(raw, job_metadata=about, settings=state.settings, now=now)
    entries = read_entries(body["files"], state)
    with reading():
        verify = _verify_checksum(params, entries)
    _check_disk_overwrite(params, entries)
    job_type = _job_type(params, entries)
    job = _job(params, entries, submitter=submitter, state=state, now=now)
    job.job_type, job.verify_checksum = job_type, verify
    with reading():
        job.files = _files(job, params, entries, state=state)
    _apply_bans(job, state)
    refuse_repeated_id(job, state)
    if state.settings.check_duplicates:
        refuse_used_destinations(job, state)
    return job


def _verify_checksum(params: Params, entries: list[Entry]) -> str | None:
    given = [e.checksum for e in entries if e.checksum is not None]
    for checksum in given:
        checksum_text(checksum)
    mode = params.raw["verify_checksum"]
    if mode is True:
        return "b"
    if mode is False:
        return "t" if given and given[-1] else "n"
    if mode in ([], ""):
        raise ValueError("verify_checksum is empty")  # the reference answers 500
    first: Any = mode[0]  # a number is not subscriptable, an object has no such key
    if first is None:
        return None
    if isinstance(mode, str):
        return mode[:1]
    return text(first, name="verify_checksum", longest=1)


def _check_disk_overwrite(params: Params, entries: list[Entry]) -> None:
    if params.fields["overwrite_flag"] not in ("D", "Q"):
        return
    checked = entries[-1:] if params.is_multihop else entries
    for entry in checked:
        if any(dest.scheme not in ("https", "davs") for dest in entry.destinations):
            raise bad_request(
                "'overwrite-when-only-on-disk' requires destination to be HTTPs endpoint "
                "(Tape REST API required)"
            )


def _job_type(params: Params, entries: list[Entry]) -> str:
    has_replicas = any(len(entry.pairs) > 1 for entry in entries)
    if has_replicas and (params.is_multihop or params.is_reuse):
        raise bad_request(
            "Can not request multiple replica job together with multihop or session reuse at the same time"
        )
    if has_replicas and len(entries) > 1:
        raise bad_request("Multiple replica jobs must only have one unique file")
    if params.is_multihop:
        return "H"
    if params.is_reuse:
        pairs = [pair for entry in entries for pair in entry.pairs]
        if len({(s.storage, d.storage) for s, d in pairs}) > 1:
            # Spelled as FTS spells it.
            raise bad_request(
                "Reuse jobs must only contain transfers for the same source ad destination storage"
            )
        return "Y"
    return "R" if has_replicas else "N"


def _job(
    params: Params, entries: list[Entry], *, submitter: Submitter, state: State, now: float
) -> Job:
    if params.sid is not None:
        job_id = str(uuid.uuid5(uuid.uuid5(BASE_ID, submitter.vo), params.sid))
    else:
        job_id = state.new_job_id()
    if params.is_staging:
        job_state = "STAGING"
    else:
        job_state = "SUBMITTED" if params.fields["target_qos"] is None else "QOS_TRANSITION"
    pairs = [pair for entry in entries for pair in entry.pairs]
    sources, dests = {s.storage for s, _ in pairs}, {d.storage for _, d in pairs}
    if params.is_multihop:
        sources, dests = {pairs[0][0].storage}, {pairs[-1][1].storage}
    return Job(
        job_id=job_id,
        job_state=job_state,
        user_dn=submitter.user_dn,
        cred_id=submitter.cred_id,
        vo_name=submitter.vo,
        submit_time=wire_time(now),
        source_se=sources.pop() if len(sources) == 1 else None,
        dest_se=dests.pop() if len(dests) == 1 else None,
        **params.fields,
    )


def _files(job: Job, params: Params, entries: list[Entry], *, state: State) -> list[File]:
    shared = job.job_type in ("Y", "H") or params.is_staging
    files: list[File] = []
    for entry in entries:
        pairs = entry.pairs
        first: int | None = None
        if len(pairs) > 1:
            first = choose_pair(entry, state=state, vo=job.vo_name)
            if len(entry.sources) == 1:
                first = None
            else:
                shared = True
        for position, (source, dest) in enumerate(pairs):
            waits = (first is not None and position != first) or (
                job.job_type == "H" and bool(files)
            )
            if params.is_staging and source.scheme == "root":
                same = source.url == dest.url
                source = source.with_activity(entry.fields["activity"])  # noqa: PLW2901
                dest = source if same else dest  # noqa: PLW2901
            files.append(
                File(
                    file_id=state.next_file_id(),
                    job_id=job.job_id,
                    file_index=entry.index,
                    file_state="NOT_USED" if waits else job.job_state,
                    source_surl=source.url,
                    dest_surl=dest.url,
                    source_se=source.storage,
                    dest_se=dest.storage,
                    vo_name=job.vo_name,
                    priority=job.priority,
                    hashed_id=_hashed(job.job_id, 0 if shared else len(files)),
                    checksum=checksum_text(entry.checksum),
                    selection_strategy=strategy_text(entry.selection_strategy),
                    **entry.fields,
                )
            )
    return files


def _hashed(job_id: str, position: int) -> int:
    return zlib.crc32(f"{job_id}:{position}".encode()) % 65536


def _apply_bans(job: Job, state: State) -> None:
    bans = {b.storage: b.status for b in state.bans if b.vo in (job.vo_name, "*")}
    if not bans:
        return
    for file in job.files:
        for storage in (file.source_se, file.dest_se):
            if bans.get(storage or "") in ("CANCEL", "WAIT"):
                raise forbidden(f"{storage} is banned")
    for file in job.files:
        if file.source_se in bans or file.dest_se in bans:
            file.file_state = HELD.get(file.file_state, file.file_state)
