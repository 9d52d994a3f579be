"""A submission makes one job, however it is sent; one that is refused makes none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fts_contract.harness.probes.answers import find, has_status, rows, same
from fts_contract.harness.probes.fault import Fault
from fts_contract.harness.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.conversation import Conversation

__all__ = ["PROBES"]

_SUBMIT = ("submit_job", "submit_job_put")


def _one(talk: Conversation) -> Iterator[Fault]:
    """Source: a refused submission leaves nothing behind, as observed on FTS 3.13.4."""
    lists = {name: f"/{name}?source_se={talk.storage('one-from')}" for name in ("jobs", "files")}
    for path in lists.values():
        # Ask before there is anything: a server must not go on answering with an empty list.
        talk.ask("GET", path)
    ids = [talk.submit(talk.file("one"), method=method) for method in ("POST", "PUT") * 2]
    if len(set(ids)) < len(ids):
        answer = talk.ask("GET", f"/jobs/{ids[0]}")
        yield Fault(answer, "two submissions got the same job_id", "job_id")
    for name, path in lists.items():
        found = talk.ask("GET", path)
        got = sorted(str(row.get("job_id")) for row in rows(found))
        after = "two submissions by POST and two by PUT"
        yield from same(found, name, got, sorted(ids), after=after)
    for surl in ("file:///etc/hostname", "mock://host-only.example.org", "/no/scheme"):
        good, bad = talk.file("refused"), talk.file("refused", sources=[surl])
        yield from _refused(talk, {"files": [good, bad]}, f"a submission of {surl}")
    yield from _nothing_left(talk, talk.storage("refused-from"))


def _sid(talk: Conversation) -> Iterator[Fault]:
    """Source: "Ids, conflicts" of the submission as observed on FTS 3.13.4."""
    # The sid must be new in the VO, so it is made from the id of a new job.
    plain = talk.submit(talk.file("sid"))
    sid = f"fts-contract-{plain}"
    params = {"id_generator": "deterministic", "sid": sid}
    due = talk.job_id_of(sid)
    paths = [f"/jobs/{due}{part}" for part in ("", ",", "/files", "/dm", "/job_state")]
    for path in paths:
        # Ask before the job exists: a server must not go on answering 404 afterwards.
        talk.ask("GET", path)
    job_id = talk.submit(talk.file("sid"), **params)
    answer = talk.ask("GET", f"/jobs/{job_id}")
    yield from same(answer, "job_id", job_id, due, after="a deterministic submission")
    if job_id == due:
        for path in paths:
            yield from has_status(talk.ask("GET", path), 200, after="a submission with this id")
    for what in ("a second submission with its sid", "one with the sid of a canceled job"):
        for method in ("POST", "PUT"):
            body = {"files": [talk.file("sid-again")], "params": params}
            again = talk.ask(method, "/jobs", json=body)
            talk.note_job(again)
            yield from has_status(again, 409, after=what)
        talk.ask("DELETE", f"/jobs/{job_id}")
    listed_again = talk.ask("GET", f"/jobs?source_se={talk.storage('sid-again-from')}")
    if rows(listed_again):
        yield Fault(
            listed_again, "a submission with a used sid was refused, but left a job behind", "jobs"
        )
    after = talk.ask("GET", f"/jobs/{job_id}/files")
    kept = [file.get("source_se") for file in rows(after)]
    yield from same(
        after,
        "source_se",
        kept,
        [talk.storage("sid-from")],
        after="a second submission with its sid",
    )


def _rules(talk: Conversation) -> Iterator[Fault]:
    """Source: "Other 400 rules" of the submission as observed on FTS 3.13.4."""
    for files, params, what in _broken(talk):
        body = {"files": files, "params": params}
        yield from _refused(talk, body, f"a submission with {what}")
    yield from _nothing_left(talk, talk.storage("misfit-from"))


def _refused(talk: Conversation, body: dict[str, Any], what: str) -> Iterator[Fault]:
    answer = talk.ask("POST", "/jobs", json=body, intent="invalid")
    talk.note_job(answer)
    yield from has_status(answer, 400, after=what)


def _nothing_left(talk: Conversation, source: str) -> Iterator[Fault]:
    for path in ("/jobs", "/files"):
        left = talk.ask("GET", f"{path}?source_se={source}")
        if find(left):
            yield Fault(left, "a refused submission left something behind", "refused")


def _broken(talk: Conversation) -> Iterator[tuple[list[dict[str, Any]], dict[str, Any], str]]:
    """Give submissions whose parts are valid but do not fit together."""
    good = talk.file("misfit")
    other = talk.file("misfit", sources=[f"{talk.storage('misfit-else')}/file?size=1024"])
    replicas = talk.file("misfit", sources=[*good["sources"], *other["sources"]])
    yield [good, other], {"reuse": True}, "session reuse between several storages"
    for params in ({"reuse": True}, {"multihop": True}):
        yield [replicas], params, f"replicas and {params}"
    yield [replicas, good], {}, "replicas and another file"
    yield [good], {"overwrite": True, "overwrite_on_retry": True}, "two kinds of overwriting"
    yield [good], {"overwrite_when_only_on_disk": True}, "overwriting on disk without a tape"
    yield [good], {"id_generator": "deterministic"}, "a deterministic id without sid"


PROBES = (
    Probe(
        check="submission-once",
        meaning="a submission makes no job or several, or a refused one leaves something behind",
        operations=(*_SUBMIT, "list_jobs", "list_files"),
        run=_one,
    ),
    Probe(
        check="sid-once",
        meaning="a deterministic job id does not follow the rule, or a sid can be used twice",
        operations=_SUBMIT,
        run=_sid,
    ),
    Probe(
        check="submission-rules",
        meaning="a submission whose parts do not fit together is accepted, or leaves something behind",
        operations=("submit_job", "list_jobs", "list_files"),
        run=_rules,
    ),
)
