"""Submissions whose parts are valid and do not fit together are refused, and leave nothing behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fts_contract.harness.probes.answers import find, has_status
from fts_contract.harness.probes.fault import Fault
from fts_contract.harness.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.conversation import Conversation

__all__ = ["PROBES"]


def _rules(talk: Conversation) -> Iterator[Fault]:
    """Source: "Other 400 rules" of the submission as observed on FTS 3.13.4."""
    for files, params, what in _broken(talk):
        body = {"files": files, "params": params}
        refused = talk.ask("POST", "/jobs", json=body, intent="invalid")
        talk.note_job(refused)
        yield from has_status(refused, 400, after=f"a submission with {what}")
    for path in ("/jobs", "/files"):
        left = talk.ask("GET", f"{path}?source_se={talk.storage('misfit-from')}")
        if find(left):
            yield Fault(left, "a refused submission left something behind", "refused")


def _broken(talk: Conversation) -> Iterator[tuple[list[dict[str, Any]], dict[str, Any], str]]:
    """Submissions whose parts are valid and do not fit together."""
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
        check="submission-rules",
        meaning="a submission whose parts do not fit together is accepted, or leaves something behind",
        operations=("submit_job", "list_jobs", "list_files"),
        run=_rules,
    ),
)
