"""Plays that do everything with files in every state: each change, alone and while the storage is banned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fts_contract.compare.performing.play import plays_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.compare.performing.script import Script

__all__ = ["ACTING", "ACTING_ON_ALL"]

# fmt: off
# One step a line.

_BANNED: Final = "mock://fts-contract-act-a.example.org"
_LONG: Final = 90_000
# Source: "States" as observed on FTS 3.13.4.
_STATES: Final[dict[str, tuple[int, int, str, str, dict[str, Any]]]] = {
    "ended": (2, 0, "", "", {}), "failed": (1, 0, "&errno=2", "", {}), "archiving": (1, 1, "", "&archiving_time=99999", {"archive_timeout": _LONG}),
    "running": (2, _LONG, "", "", {}), "started": (2, 1, "&staging_time=99999", "", {"bring_online": _LONG}), "hops": (2, _LONG, "", "", {"multihop": True}),
    "queued": (2, _LONG, "", "", {}), "staging": (2, _LONG, "&staging_time=99999", "", {"bring_online": _LONG}), "quality": (1, 1, "", "", {"target_qos": "x"}),
    "session": (2, _LONG, "", "", {"reuse": True}), "canceled": (1, _LONG, "", "", {})}
"""By name of the job: number of files, seconds of a transfer, more of the query of source and destination, parameters."""
_NAMES: Final = (*_STATES, "partly-ended")
_ALL: Final = ",".join(f"{{{name}}}" for name in _NAMES)


def _jobs(s: Script) -> None:
    """Submit a job for each state, and one with files in several; those before `queued` run before the others are submitted."""
    s.submit("partly-ended", s.file("act", takes=0), s.file("act", takes=0, source="&errno=2"), s.file("act", takes=_LONG))
    for name, (number, takes, source, dest, params) in _STATES.items():
        if name == "queued":
            s.until_running("running")
            s.later(8)
        files = [s.file("act", takes=takes, source=source) for _ in range(number)]
        for file in files:
            file["destinations"] = [f"{url}{dest}" for url in file["destinations"]]
        replicas = {**files[0], "sources": [*files[0]["sources"], f"{s.storage('act-spare')}/f?size=1024"]}
        s.submit(name, *(files if name != "quality" else [replicas]), **params)
    s.delete("user", "/jobs/{canceled}")


def _look(s: Script) -> None:
    s.get("user", f"/jobs/{_ALL}", files="file_state,reason,finish_time,priority,source_se,retry")


def _cancel(s: Script) -> None:
    s.delete("user", f"/jobs/{_ALL}")


def _cancel_files(s: Script) -> None:
    for name in _NAMES:
        s.delete("user", f"/jobs/{{{name}}}/files/{{{name}.0}}")


def _change(s: Script) -> None:
    s.post("user", f"/jobs/{_ALL}", {"params": {"priority": 5}})


def _force(s: Script) -> None:
    s.post("root", "/admin/force-start", [f"{{#{name}.{number}}}" for name in _NAMES for number in (0, 1, 2) if f"{name}.{number}" in s.names])


def _ban(s: Script) -> None:
    s.post("administrator", "/ban/se", {"storage": _BANNED, "status": "cancel"})


def _wait(s: Script) -> None:
    s.post("administrator", "/ban/se", {"storage": _BANNED, "status": "wait"})


def _whole_vo(s: Script) -> None:
    s.delete("root", "/jobs/vo/{vo}")


def _everything(s: Script) -> None:
    s.delete("root", "/jobs/all")


def _act(s: Script, *acts: Callable[[Script], None]) -> None:
    s.ask("user", "GET", "/whoami", keep={"vo": "vos.0"})
    for banned in (False, True):
        for act in acts:
            _jobs(s)
            if banned:
                _wait(s)
            act(s)
            _look(s)
            s.later(20)
            _look(s)
            s.delete("administrator", "/ban/se", storage=_BANNED)
            s.later(20)
            _look(s)
            _cancel(s)


def acts_on_states(s: Script) -> None:
    """Each change of jobs, files and storages, with files in every state and with banned storages."""
    _act(s, _cancel, _cancel_files, _change, _force, _ban, _wait)


def bans_replaced(s: Script) -> None:
    """A ban of a storage is replaced by another one, with files in every state: what becomes of them then, and when it is lifted."""
    kinds: tuple[dict[str, Any], ...] = ({"status": "cancel"}, {"status": "wait"}, {"status": "wait", "allow_submit": True})
    for number, first in enumerate(kinds):
        for second in (*kinds, {}):
            _jobs(s)
            for message, ban in (("one", first), ("two", second)):
                s.post("administrator", "/ban/se", {"storage": _BANNED, "message": message, **ban})
                s.get("administrator", "/ban/se")
                _look(s)
                for word, given in (("staged", {"bring_online": _LONG}), ("reused", {"reuse": True}), ("hopped", {"multihop": True}), ("asked", {})):
                    s.submit(f"{word}-{message}", s.file("act"), s.file("act"), **given)
                s.later(20)
                _look(s)
            # Spelled in another way, which may be another storage.
            s.delete("administrator", "/ban/se", storage=(_BANNED.upper(), f"{_BANNED}:8443", f"{_BANNED}/")[number])
            s.get("administrator", "/ban/se")
            _look(s)
            s.delete("administrator", "/ban/se", storage=_BANNED)
            s.get("administrator", "/ban/se")
            for seconds in (0, 60):
                s.later(seconds)
                _look(s)
            for word in ("staged", "reused", "hopped", "asked"):
                for message in ("one", "two"):
                    s.get("user", f"/jobs/{{{word}-{message}}}/files")
                    s.delete("user", f"/jobs/{{{word}-{message}}}")
            _cancel(s)


def acts_on_all(s: Script) -> None:
    """All jobs are cancelled, with files in every state and with banned storages."""
    _act(s, _whole_vo, _everything)


ACTING: Final = plays_of(acts_on_states, bans_replaced)
ACTING_ON_ALL: Final = plays_of(acts_on_all, needs="exclusive")
