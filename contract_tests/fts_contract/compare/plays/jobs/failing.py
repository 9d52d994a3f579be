"""Plays about jobs of every type whose files fail at every place, and what happens to the other files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fts_contract.compare.performing.play import plays_of
from fts_contract.harness.sending.own_names import MARK

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.compare.performing.script import Script

__all__ = ["FAILING", "NUMBER", "TYPES", "failures_of", "files_of"]

# fmt: off
# One step a line.

NUMBER: Final = 4
"""Of the files of each job."""
_NARROW: Final = 4
_TAKES_S: Final = 7
_FOREVER_S: Final = 100_000
TYPES: Final[dict[str, dict[str, Any]]] = {
    "plain": {}, "retried": {"retry": 2, "retry_delay": 5}, "session": {"reuse": True, "retry": 1}, "hops": {"multihop": True, "retry": 1}, "replicas": {"retry": 1},
    "tape": {"bring_online": 600, "retry": 1}, "tape-session": {"bring_online": 600, "reuse": True}, "tape-hops": {"bring_online": 600, "multihop": True},
    "tape-replicas": {"bring_online": 600}, "kept": {"archive_timeout": 600}, "kept-session": {"archive_timeout": 600, "reuse": True}, "kept-hops": {"archive_timeout": 600, "multihop": True},
    "both": {"bring_online": 600, "archive_timeout": 600}, "checked": {"verify_checksum": "both"}, "pinned": {"copy_pin_lifetime": 600, "overwrite": True}}
"""By name: the parameters of a type of job. Source: "Types of jobs" as observed on FTS 3.13.4."""
_BAD: Final[dict[str, tuple[str, str]]] = {
    "no-source": ("&errno=2", ""), "source-busy": ("&errno=11", ""), "transfer": ("", "&transfer_errno=110"), "useless": ("", "&transfer_errno=13"), "dest": ("", "&errno=28"), "size": ("", "&size_post=7"),
    "exists": ("", "&size_pre=9"), "sum": ("&checksum=1", "&checksum=2"), "stage": ("&staging_time=6&staging_errno=5", ""), "stage-late": ("&staging_time=9999", ""), "archive": ("", "&archiving_time=6&archiving_errno=5"),
    "archive-late": ("", "&archiving_time=9999"), "aborted": ("", "&time=-1")}
"""By name: what the queries of source and destination of a file say so that it fails."""
_OF_TAPE: Final = ("stage", "stage-late")
_OF_ARCHIVE: Final = ("archive", "archive-late")


def files_of(s: Script, kind: str, word: str, bad: dict[int, str], takes_s: int = _TAKES_S) -> list[dict[str, Any]]:
    """Describe the files of a job of a type, of which some fail, by their place."""
    pairs = []
    for number in range(NUMBER):
        source, dest = _BAD.get(bad.get(number, ""), ("", ""))
        # The first parameter of a name counts.
        size = "" if "size_post" in dest else "&size_post=1024"
        takes = "" if "time=-" in dest else f"&time={takes_s}"
        hop = kind.endswith("hops")
        ends = (s.storage(f"{word}{number}"), s.storage(f"{word}{number + 1}")) if hop else (s.storage(f"{word}-a"), s.storage(f"{word}-b"))
        staging = "" if "staging_time" in source else "&staging_time=3"
        archiving = "" if "archiving_time" in dest else "&archiving_time=6"
        pairs.append((f"{ends[0]}/{number}?size=1024{source}{staging}", f"{ends[1]}/{number}?x=1{dest}{size}{takes}{archiving}"))
    if kind.endswith("replicas"):
        sources = [url.replace("-a.example", f"-a{n}.example") for n, (url, _) in enumerate(pairs)]
        # A replica fails by its source.
        return [{"sources": sources, "destinations": [pairs[0][1]], "selection_strategy": "orderly"}]
    return [{"sources": [source], "destinations": [dest], "checksum": "ADLER32:1", "metadata": {"n": n}} for n, (source, dest) in enumerate(pairs)]


def failures_of(s: Script, params: dict[str, Any]) -> list[str]:
    """Name the failures that a type of job can have; without a clock that can be moved, not those that take ten minutes."""
    needs = {"bring_online": _OF_TAPE, "archive_timeout": _OF_ARCHIVE, "verify_checksum": ("sum",)}
    left_out = {name for param, names in needs.items() if param not in params for name in names}
    return [name for name in _BAD if name not in left_out and (s.side.clock is not None or not name.endswith("late"))]


def failures_everywhere(s: Script) -> None:
    """Jobs of every type fail at the first, at a middle and at the last file, or at all: what becomes of each file and of the job."""
    for kind, params in TYPES.items():
        names: list[str] = []
        failures = failures_of(s, params)
        # The first jobs transfer one file at a time, so some files wait while others fail.
        links = [(f"{MARK}-f{number}", s.storage(f"f{number}-a"), s.storage(f"f{number}-b")) for number in range(_NARROW)]
        for link, source, destination in links:
            s.post("administrator", "/config/links", {"symbolicname": link, "source": source, "destination": destination, "min_active": 1, "max_active": 1})
        for place in ((0,), (1,), (3,), (1, 3), (0, 1, 2, 3)):
            for failure in failures if place == (1,) else s.chance_for(f"{kind} {place}").sample(failures, 4):
                name = f"{kind}-{failure}-{''.join(map(str, place))}"
                s.submit(name, *files_of(s, kind, f"f{len(names)}", dict.fromkeys(place, failure)), **params)
                names.append(name)
        if s.side.clock is not None:
            for seconds in (3, 6, 9):
                s.later(seconds)
                s.look_together(*names)
        s.until_ended(*names)
        s.look_together(*names)
        for name in names:
            s.get("user", f"/jobs/{{{name}}}/files")
            if params.get("retry"):
                s.get("user", f"/jobs/{{{name}}}/files/{{{name}.1}}/retries")
        for link, _, _ in links:
            s.delete("administrator", f"/config/links/{link}")
        s.settled = False


def _cancel(s: Script, name: str) -> None:
    s.delete("user", f"/jobs/{{{name}}}")


def _cancel_file(s: Script, name: str) -> None:
    s.delete("user", f"/jobs/{{{name}}}/files/{{{name}.1}}")


def _cancel_files(s: Script, name: str) -> None:
    s.delete("user", f"/jobs/{{{name}}}/files/{{{name}.0}},{{{name}.3}}")


def _modify(s: Script, name: str) -> None:
    s.post("user", f"/jobs/{{{name}}}", {"params": {"priority": 5}})


def _start(s: Script, name: str) -> None:
    s.post("root", "/admin/force-start", [f"{{#{name}.{number}}}" for number in range(NUMBER) if f"{name}.{number}" in s.names])


def _ban(**ban: Any) -> Callable[[Script, str], None]:
    def act(s: Script, name: str) -> None:
        kind, _, word = name.rpartition("-m")
        storages = [s.storage(f"m{word}1")] if kind.endswith("hops") else [s.storage(f"m{word}-a1"), s.storage(f"m{word}-a2")] if kind.endswith("replicas") else [s.storage(f"m{word}-a")]
        for storage in storages:
            s.post("administrator", "/ban/se", {"storage": storage, **ban})
        s.look_together(name)
        s.later(6)
        s.look_together(name)
        for storage in storages:
            s.delete("administrator", "/ban/se", storage=storage)
    return act


_CHANGES: Final = (_cancel, _cancel_file, _cancel_files, _modify, _start, _ban(status="cancel"), _ban(status="wait"), _ban(status="wait", allow_submit=True))


def changed_in_the_middle(s: Script) -> None:
    """Jobs of every type are cancelled, modified, started by force and banned while some files have ended, run, or wait."""
    for kind, params in TYPES.items():
        for wait in (1, 6, 12):
            names: list[str] = []
            for number, _ in enumerate(_CHANGES):
                name = f"{kind}-m{number}"
                bad = {0: "transfer" if wait % 4 else "no-source"} if wait > 1 else {}
                # Without a clock that can be moved, files would end at another step on each server.
                files = files_of(s, kind, f"m{number}", bad) if s.side.clock is not None else files_of(s, kind, f"m{number}", {}, _FOREVER_S)
                s.submit(name, *files, priority=2, **params)
                names.append(name)
            s.until_running(*names)
            s.later(wait)
            for name, change in zip(names, _CHANGES, strict=True):
                change(s, name)
                s.get("user", f"/jobs/{{{name}}}", files="file_state,reason,finish_time,start_time,retry,priority")
            for seconds in (8, 60):
                s.later(seconds)
                s.look_together(*names)
            s.delete("user", "/jobs/" + ",".join(f"{{{name}}}" for name in names))


FAILING = plays_of(failures_everywhere, changed_in_the_middle)
