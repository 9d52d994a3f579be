"""Plays about what a server may remember wrongly: that there was nothing, and that an id was never used."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from fts_contract.compare.performing.play import plays_of
from fts_contract.harness.sending.own_names import MARK

if TYPE_CHECKING:
    from fts_contract.compare.performing.script import Script

__all__ = ["REMEMBERING"]

# fmt: off
# One step a line.

_NAME: Final = f"{MARK}-early"
_STORAGE: Final = f"mock://{_NAME}.example.org"
_DN: Final = f"/DC=org/DC=example/CN={MARK} early"
_ENTRIES: Final[tuple[tuple[str, dict[str, Any], str, tuple[str, ...]], ...]] = (
    ("/config/links", {"symbolicname": _NAME, "source": _STORAGE, "destination": _STORAGE}, f"/config/links/{_NAME}",
        (f"/config/links/{_NAME}", f"/autocomplete/source?term={_STORAGE}", f"/autocomplete/storage?term={_STORAGE}")),
    ("/config/se", {_STORAGE: {"se_info": {"site": "x"}, "operations": {_NAME: {"staging": 3}}}}, f"/config/se?se={_STORAGE}", (f"/config/se?se={_STORAGE}",)),
    ("/config/authorize", {"dn": _DN, "operation": "transfer"}, f"/config/authorize?dn={quote(_DN)}", (f"/config/authorize?dn={quote(_DN)}",)),
    ("/config/activity_shares", {"vo": _NAME, "share": {"a": 1}}, f"/config/activity_shares/{_NAME}", (f"/config/activity_shares/{_NAME}",)),
    ("/config/cloud_storage", {"storage_name": _NAME, "app_key": "k"}, f"/config/cloud_storage/{_NAME}", (f"/config/cloud_storage/{_NAME}",)),
    ("/ban/se", {"storage": _STORAGE, "message": "x"}, f"/ban/se?storage={_STORAGE}", ()),
    ("/ban/dn", {"user_dn": _DN, "message": "x"}, f"/ban/dn?user_dn={quote(_DN)}", ()))
"""Where an entry is made and listed, the entry, what removes it, and what else shows it."""


def entries_asked_for_early(s: Script) -> None:
    """An entry of the configuration is asked for before it exists, made, removed, and made again."""
    for path, entry, remove, views in _ENTRIES:
        for made in (False, True, False, True, False):
            if made:
                s.post("administrator", path, entry)
            else:
                s.delete("administrator", remove)
            for view in (path, *views):
                s.get("administrator", view)


def jobs_asked_for_early(s: Script) -> None:
    """A job whose id is known in advance is asked for before it is submitted, and after."""
    for who in ("user", "stranger"):
        sid = f"{s.unique}-early-{who}"
        s.ask(who, "GET", "/whoami", keep={"vo": "vos_id.0"})
        s.submit("other", s.file("other"), by=who)
        s.call("early", _id_of(s, sid))
        for submitted in (False, True):
            if submitted:
                s.submit("made", s.file("early"), by=who, id_generator="deterministic", sid=sid)
            for path in ("/jobs/{early}", "/jobs/{early},{other}", "/jobs/{early}/files", "/jobs/{early}/dm", "/jobs/{early}/job_state", "/archive/{early}"):
                s.get(who, path)
                s.get("colleague", path)
            for path in ("/jobs", "/files"):
                s.get(who, path, source_se=s.storage("early-a"))
        s.delete(who, "/jobs/{early},{other}")


def _id_of(s: Script, sid: str) -> str | None:
    """Compute the id of a job. Source: "Ids" as observed on FTS 3.13.4."""
    try:
        return str(uuid.uuid5(uuid.UUID(s.value_of("vo")), sid))
    except ValueError:
        return None


def sids_of_ended_jobs(s: Script) -> None:
    """The sid of a job that was canceled, has finished or has failed is used again."""
    for number, (takes, source) in enumerate(((100_000, ""), (1, ""), (1, "&errno=2"))):
        fixed = {"id_generator": "deterministic", "sid": f"{s.unique}-ended-{number}"}
        s.submit("ended", s.file("ended", takes=takes, source=source), **fixed)
        s.delete("user", "/jobs/{ended}") if takes > 1 else s.until_ended("ended")
        for method, who in (("POST", "user"), ("PUT", "user"), ("POST", "colleague"), ("POST", "stranger")):
            s.submit("again", s.file("again"), by=who, method=method, **fixed)
            s.delete(who, "/jobs/{again}")
            s.look("ended")


def same_job_again(s: Script) -> None:
    """The same submission is sent again, by each method: each makes a job."""
    for method in ("POST", "POST", "PUT", "PUT", "POST"):
        s.submit("same", s.file("same"), method=method)
        s.get("user", "/jobs", source_se=s.storage("same-a"))
        s.get("user", "/files", source_se=s.storage("same-a"))


REMEMBERING = plays_of(entries_asked_for_early, jobs_asked_for_early, sids_of_ended_jobs, same_job_again)
