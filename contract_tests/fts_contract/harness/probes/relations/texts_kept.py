"""Texts with quotes, percent signs, umlauts and the like are read back as they were sent, in every field and every view."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from fts_contract.harness.probes.answers import find, keeps, listed, record, rows, same
from fts_contract.harness.probes.probe import Probe
from fts_contract.harness.probes.relations import views

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.probes.fault import Fault
    from fts_contract.harness.sending.exchange import Exchange

    _Find = Callable[[Exchange], dict[str, Any] | None]

__all__ = ["PROBES"]

_ALIKE: Final = "\u00bd\u00aa\u00b2\u00b5\u00df"
"""Characters for which Unicode has others that mean nearly the same."""
_ANY: Final = f'It\'s "SO"  {_ALIKE} 100% %41 %2541 a\\b <b>&amp; +;,# \u00e9\u00fc'
"""Of characters that the tables of 3.13.4 can hold."""
_JSON: Final = f" {_ANY} e\u0301u\u0308 \ufb01\uff21\u212b \u20ac \U0001f600 \u65e5\u672c\n\t "
"""In JSON columns other characters are escaped. Some are composed and some not, and there are blanks at both ends."""
_IN_URL: Final = "it's%20so%2541/100%25/a+b;c,d=e&f~\u00e9(g)!@h"
_PATHS: Final = ("//a//B/./c/../d/", "/%7Ea%2fb%2Fc/", "/A%20b%C3%A9", "/f?a=&b&&A=%5f")
"""What a server might shorten or rewrite, although it then means another file."""
_IN_PATH: Final = f'It\'s "SO"  &+;, {_ALIKE}\u00e9'
"""For names that are part of a path: links unescape them twice, and slashes cannot be addressed."""
_WRITES: Final = frozenset(
    [
        "link",
        "set-globals",
        "set-se-config",
        "set-se-limits",
        "authorize",
        "activity-share",
        "ban-se",
        "ban-dn",
    ]
)
_DELETES: Final = frozenset(["link-delete", "revoke", "activity-share", "unban-se", "unban-dn"])
_PAGE: Final = {"Accept": "text/html"}


def _jobs(talk: Conversation) -> Iterator[Fault]:
    """Source: "files[]" and "params" of the submission as observed on FTS 3.13.4: kept as sent."""
    source = f"{talk.storage('text-from')}/{_IN_URL}?size=1024&x={_IN_URL}"
    dest = f"{talk.storage('text-to')}/{_IN_URL}?size_post=1024&time=600&x={_IN_URL}"
    metadata = {"text": _JSON, _ANY: [_ANY, {"deep": _JSON}], "n": 1.5, "empty": "", "none": None}
    fields: dict[str, Any] = {"metadata": metadata, "activity": _ANY, "checksum": f"MD5:{_ANY}"}
    fields |= {"staging_metadata": {"text": _JSON}, "archive_metadata": {"text": _JSON}}
    sid = f"fts-contract-{uuid.uuid4()}-{_JSON}"
    params: dict[str, Any] = {
        "id_generator": "deterministic",
        "sid": sid,
        "job_metadata": metadata,
    }
    job_id = talk.submit(
        talk.file("text", sources=[source], destinations=[dest], **fields),
        talk.file("text", metadata=_JSON),
        **params,
    )
    answer = talk.ask("GET", f"/jobs/{job_id}")
    due = talk.job_id_of(sid)
    yield from same(answer, "job_id", job_id, due, after="a deterministic submission")
    kept = record(answer).get("job_metadata")
    got = (
        {key: value for key, value in kept.items() if key != "auth_method"}
        if isinstance(kept, dict)
        else kept
    )
    yield from same(answer, "job_metadata", got, metadata)
    wanted = {
        "source_surl": source,
        "dest_surl": dest,
        "activity": _ANY,
        "checksum": fields["checksum"],
    }
    wanted |= {"file_metadata": metadata, "staging_metadata": fields["staging_metadata"]}
    wanted |= {"archive_metadata": fields["archive_metadata"]}
    files = talk.ask("GET", f"/jobs/{job_id}/files")
    yield from keeps(files, find(files, file_index=0), wanted, after="a submission", where="file.")
    label = {"file_metadata": {"label": _JSON}}
    yield from keeps(files, find(files, file_index=1), label, after="a submission", where="file.")
    found = talk.ask("GET", f"/files?dest_surl={quote(dest, safe='')}")
    ids = [row.get("job_id") for row in rows(found)]
    yield from same(found, "jobs", job_id in ids, wanted=True, after="a filter by its URL")
    yield from views.of_jobs(talk, [job_id])
    yield from _urls(talk)


def _urls(talk: Conversation) -> Iterator[Fault]:
    """Source: "URL rules" of the submission as observed on FTS 3.13.4: only the scheme becomes lower case."""
    source = f"mock{talk.storage('url-from').removeprefix('mock').upper()}:8443"
    ends = [(f"{source}{path}", f"{talk.storage('url-to')}{path}") for path in _PATHS]
    job_id = talk.submit(
        *(talk.file("url", sources=[one], destinations=[other]) for one, other in ends)
    )
    files = talk.ask("GET", f"/jobs/{job_id}/files")
    for index, (one, other) in enumerate(ends):
        wanted = {"source_surl": one, "dest_surl": other}
        file = find(files, file_index=index)
        yield from keeps(files, file, wanted, after="a submission", where="file.")


def _configuration(talk: Conversation) -> Iterator[Fault]:
    """Source: the resources of /config as observed on FTS 3.13.4."""
    name, message = talk.name(_IN_PATH), _ANY[:200]
    dn = f"/DC=org/DC=example/CN={talk.name(_IN_PATH)}"
    source, dest = (
        f"{talk.storage(word)}'s\"%41\u00e9{_PATHS[0]}" for word in ("text-a", "text-b")
    )
    in_path, storage, user = (quote(text, safe="") for text in (name, source, dn))
    link = {"symbolicname": name, "source": source, "destination": dest}
    info = {"site": _ANY[:45], "se_metadata": _ANY}
    activities = {_ANY: 0.25, "\u00e9'\"": 0.75}
    grant = {"dn": dn, "operation": _ANY[:60]}
    limits = {name: {_ANY: 7}}
    written: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("/config/links", link, f"/config/links/{in_path}"),
        ("/config/global", {"vo_name": name, "retry": 2}, f"/config/global?vo_name={in_path}"),
        (
            "/config/se",
            {source: {"se_info": info, "operations": limits}},
            f"/config/se?se={storage}",
        ),
        ("/config/authorize", grant, f"/config/authorize?dn={user}"),
        (
            "/config/activity_shares",
            {"vo": name, "share": activities},
            f"/config/activity_shares/{in_path}",
        ),
        ("/ban/se", {"storage": source, "message": message}, f"/ban/se?storage={storage}"),
        ("/ban/dn", {"user_dn": dn, "message": message}, f"/ban/dn?user_dn={user}"),
    )
    shown: tuple[tuple[str, _Find, dict[str, Any]], ...] = (
        ("/config/links", _row(symbolicname=name), link),
        ("/config/global", _member(name), {"vo_name": name, "retry": 2}),
        ("/config/se", _member(source), {"operations": limits}),
        ("/config/authorize", _row(dn=dn), grant),
        ("/config/activity_shares", _member(name), {"share": activities}),
        ("/ban/se", _row(se=source), {"message": message}),
        ("/ban/dn", _row(dn=dn), {"message": message}),
    )
    single: tuple[tuple[str, _Find, dict[str, Any]], ...] = (
        (f"/config/links/{in_path}", record, link),
        (f"/config/se?se={storage}", lambda a: _inner(a, source, "se_info"), info),
        (f"/config/authorize?dn={user}", _row(dn=dn), grant),
        (f"/config/activity_shares/{in_path}", record, {"share": activities}),
    )
    for path, _, _ in (*shown, *single):
        # Ask before there is anything: a server must not go on answering with an empty list.
        talk.ask("GET", path)
    try:
        for path, body, _ in written:
            talk.ask("POST", path, json=body, headers=_PAGE if path.endswith("global") else None)
        for path, pick, wanted in (*shown, *single):
            seen = talk.ask("GET", path)
            yield from keeps(seen, pick(seen), wanted, after="a write", where="entry.")
        yield from _noted(talk, _WRITES, "writes")
        found = talk.ask("GET", f"/autocomplete/source?term={quote(source[:-4], safe='')}")
        yield from same(found, "source", source in listed(found), wanted=True, after="a write")
    finally:
        for _, _, gone in written:
            talk.undo("DELETE", gone)
    for path, pick, _ in shown:
        seen = talk.ask("GET", path)
        yield from same(seen, "entry", pick(seen), None, after="a delete")
    yield from _noted(talk, _DELETES, "deletes")


def _noted(talk: Conversation, actions: frozenset[str], after: str) -> Iterator[Fault]:
    """Source: "Audit rows" as observed on FTS 3.13.4, of which the newest hundred are shown."""
    audit = talk.ask("GET", "/config/audit")
    found = {
        str(row.get("action")) for row in rows(audit) if row.get("dn") == talk.identity.user_dn
    }
    yield from same(audit, "actions without a row", sorted(actions - found), [], after=after)


def _row(**key: str) -> _Find:
    return lambda answer: find(answer, **key)


def _member(key: str) -> _Find:
    return lambda answer: record(answer).get(key)


def _inner(answer: Exchange, key: str, part: str) -> dict[str, Any] | None:
    value = record(answer).get(key)
    inner = value.get(part) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else None


PROBES = (
    Probe(
        check="texts-of-jobs-kept",
        meaning="a text with quotes, percent signs or umlauts is not read back as it was submitted, in some view",
        operations=("submit_job", "get_jobs", "list_job_files", "list_files", "list_jobs"),
        run=_jobs,
    ),
    Probe(
        check="texts-of-configuration-kept",
        meaning="a text with quotes, percent signs or umlauts is not read back as it was configured, or cannot be removed",
        operations=(
            "set_link",
            "get_link",
            "set_global_config",
            "set_se_config",
            "get_se_config",
            "add_grant",
            "list_grants",
            "set_activity_shares",
            "get_activity_shares",
            "ban_se",
            "ban_dn",
            "list_banned_se",
            "list_banned_dn",
            "list_config_audit",
        ),
        level="config",
        run=_configuration,
    ),
)
