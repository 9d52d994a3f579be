"""Quotes, wildcards, escapes and other characters in a request mean nothing but themselves.

Each text is compared with one in whose place there is a letter: the answers must be the same. Texts are escaped once.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import attrs

from fts_contract.harness.probes.answers import has_status, record, rows, same
from fts_contract.harness.probes.fault import Fault, NotApplicableError
from fts_contract.harness.probes.harmless_requests import address, readable
from fts_contract.harness.probes.probe import Probe
from fts_contract.harness.probes.relations.reading import Reading, agree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["PROBES"]

_SPECIAL: Final = ("'", "' OR '1'='1", '";&+<$\u00e9', "%27")
_LETTER: Final = "Q"
_ROUNDS: Final = 3
# Source: numbers and lists of names, which have rules of their own; terms have wildcards, storages are opened;
# link names are unescaped twice. As observed on FTS 3.13.4.
_OTHER_RULES: Final = {"limit", "time_window", "files", "fields", "term", "surl", "service"}
_REFUSED: Final = {401, 403}
_TAGS: Final = {"cloud_storage", "datamanagement", "autocomplete", "oauth2"}


def _special(talk: Conversation) -> Iterator[Fault]:
    operations = [o for o in readable(talk) if o.tag not in _TAGS]
    if not operations:
        raise NotApplicableError("no operation that takes a text is selected")
    for operation in operations:
        for parameter in operation.parameters:
            if parameter.place not in {"path", "query"} or parameter.name in _OTHER_RULES:
                continue
            if parameter.name == "delegation_id":
                continue
            plain = talk.ask(
                "GET", _with(talk, operation, parameter.name, _LETTER), intent="unknown"
            )
            if plain.status in _REFUSED:
                continue
            # The names of links are unescaped twice. Source: "Links" as observed on FTS 3.13.4.
            for special in _SPECIAL[: -1 if parameter.name == "symbolicname" else None]:
                yield from _compared(talk, plain, operation, parameter.name, special)


def _compared(
    talk: Conversation, plain: Exchange, operation: Operation, name: str, special: str
) -> Iterator[Fault]:
    """Compare the answers to both texts, while what is listed does not change."""
    path = _with(talk, operation, name, special)
    for _ in range(_ROUNDS):
        answer = talk.ask("GET", path, intent="unknown")
        if _told_of(answer, special) == _told_of(plain, _LETTER):
            return
        earlier, plain = plain, talk.ask("GET", plain.target, intent="unknown")
        if _told_of(plain, _LETTER) == _told_of(earlier, _LETTER):
            yield from _differences(answer, plain, operation, name, special)
            return


def _with(talk: Conversation, operation: Operation, name: str, special: str) -> str:
    """Put a text that nothing is called into a parameter."""
    text = quote(talk.name(f"x{special}y"), safe="")
    job_id = talk.job_ids[0] if talk.job_ids and "{field}" in operation.path else None
    if f"{{{name}}}" in operation.path:
        marked = operation.path.replace(f"{{{name}}}", "\0")
        filled = address(talk, attrs.evolve(operation, path=marked), job_id=job_id)
        return filled.replace("\0", text)
    path = address(talk, operation, job_id=job_id)
    return f"{path.partition('?')[0]}?{name}={text}"


def _differences(
    answer: Exchange, plain: Exchange, operation: Operation, name: str, special: str
) -> Iterator[Fault]:
    where = f"{operation.operation_id} {name}"
    for fault in has_status(
        answer, plain.status, after=f"{special!r} in place of a letter in {name}"
    ):
        yield Fault(fault.exchange, fault.message, where, operation.operation_id)
    if answer.status == plain.status:
        text = f"{special!r} in place of a letter in {name} gives another answer"
        yield Fault(answer, text, where, operation.operation_id)


def _told_of(answer: Exchange, special: str) -> tuple[int, str]:
    """Status and content of an answer, without the text that was sent, if it is shown."""
    if answer.json is None:
        return answer.status, ""
    text = json.dumps(answer.json, sort_keys=True)
    return answer.status, text.replace(f"x{json.dumps(special)[1:-1]}y", "xy")


def _any_case(talk: Conversation) -> Iterator[Fault]:
    """Source: "Name matching", "Job id" and the table of `/cs/` as observed on FTS 3.13.4."""
    for operation in readable(talk):
        archive = operation.path.startswith("/archive")
        job_id = next(iter(talk.archived if archive else talk.job_ids), None)
        name = "dropbox" if "{service}" in operation.path else job_id
        path = address(talk, operation, job_id=job_id)
        if name is None or name not in path:
            continue
        for spelt in (name.upper(), name.capitalize()):
            plain = Reading(talk, path, _told)
            # The document has one spelling, so the answers to others are not judged one by one.
            other = Reading(talk.unjudged(), path.replace(name, spelt), _told)
            for fault in agree(plain, other, "a name in another case"):
                where = operation.operation_id
                yield Fault(fault.exchange, fault.message, where, where)


def _told(answer: Exchange) -> Any:
    # An error repeats the name as it was sent.
    return answer.status, answer.json if answer.status < 300 else str(answer.json).lower()  # noqa: PLR2004


def _escaped(talk: Conversation) -> Iterator[Fault]:
    """Source: RFC 3986, section 6.2.2: an escaped letter is that letter; an escaped `%` is not the start of an escape."""
    jobs = [rows(talk.ask("GET", f"/jobs/{job_id},")) for job_id in talk.job_ids[:2]]
    known = [job for some in jobs for job in some if job.get("job_state")]
    if not known:
        raise NotApplicableError("it needs a job that the caller sees")
    for job in known[:1]:
        job_id = str(job["job_id"])
        once = "".join(f"%{ord(char):02X}" for char in job_id[:9]) + job_id[9:]
        answer = talk.ask("GET", f"/jobs/{once}")
        yield from same(
            answer, "job_id", record(answer).get("job_id"), job_id, after="an escaped id"
        )
        twice = talk.ask("GET", f"/jobs/{once.replace('%', '%25')}", intent="unknown")
        yield from has_status(twice, 404, after="an id that is escaped twice")
        yield from _query(talk, job)


def _query(talk: Conversation, job: dict[str, Any]) -> Iterator[Fault]:
    place = str(job.get("source_se") or job.get("dest_se") or "")
    name = "source_se" if job.get("source_se") else "dest_se"
    if not place:
        return
    base = f"/jobs?state_in={job['job_state']}&limit=20&{name}="
    plain = Reading(talk, f"{base}{place}", _ids)
    for query, what in (
        ("".join(f"%{ord(char):02x}" for char in place), f"the list with an escaped {name}"),
        (f"{place}&{name}=mock://none.example.org", f"the list with a second {name}"),
        (f"{place}&user_dn=&dlg_id=&no_such_parameter=1", "the list with empty parameters"),
    ):
        # Jobs come into this state and leave it in between.
        yield from agree(plain, Reading(talk, base + query, _ids), what)
    twice = talk.ask("GET", base + quote(quote(place, safe=""), safe=""))
    yield from same(twice, "jobs", _ids(twice), [], after=f"a {name} that is escaped twice")


def _ids(answer: Exchange) -> list[str]:
    return sorted(str(row.get("job_id")) for row in rows(answer))


PROBES = (
    Probe(
        check="special-characters",
        meaning="a quote or another character in a text changes the answer, as if the server took it for code",
        profile="safe",
        run=_special,
    ),
    Probe(
        check="names-in-any-case",
        meaning="a job or a service that is named in capitals gets another answer",
        profile="safe",
        run=_any_case,
    ),
    Probe(
        check="escapes",
        meaning="an escaped text is not read as the same text, or is unescaped twice",
        operations=("get_jobs", "list_jobs"),
        profile="safe",
        run=_escaped,
    ),
)
