"""Generated plays: callers change random jobs, storages and settings; the same seed gives the same plays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fts_contract.compare.performing.play import Play
from fts_contract.compare.plays.configuring import survey
from fts_contract.compare.plays.jobs.exact import CHECKSUMS, SHAPES, WORDS
from fts_contract.compare.plays.jobs.failing import NUMBER, TYPES, failures_of, files_of
from fts_contract.compare.plays.texts import TEXTS
from fts_contract.harness.sending.own_names import MARK

if TYPE_CHECKING:
    import random

    from fts_contract.compare.performing.script import Script

__all__ = ["generated_plays"]

# fmt: off
# One step a line.

_STEPS: Final = 60
_CALLERS: Final = ("user", "user", "user", "user", "colleague", "stranger", "administrator", "root", "other-attributes", "token", "anonymous")
_STATES: Final = ("SUBMITTED", "ACTIVE", "STAGING", "CANCELED", "FINISHED", "FAILED", "READY", "NOT_USED")
_QUERIES: Final = ("", "", "&errno=2", "&staging_time=3", "&checksum=1234", "&staging_time=2&staging_errno=5", "&errno=11")
_ENDS: Final = ("", "", "&transfer_errno=5", "&transfer_errno=110", "&errno=28", "&archiving_time=4", "&size_pre=3", "&checksum=4321", "&archiving_errno=5")
_VALUES: Final = (*TEXTS, *WORDS, *SHAPES, None, 7, 1.0, 2**53 + 1)


def generated_plays(number: int) -> list[Play]:
    """Make this number of plays."""
    return [Play(f"generated play {count}", _act) for count in range(1, number + 1)]


def _act(s: Script) -> None:  # noqa: C901, PLR0912 - one case an action
    chance, jobs, banned = s.chance_for("steps"), 0, set[str]()
    s.submit("j0", s.file("g0"))
    s.ask("user", "GET", "/whoami", keep={"dn": "user_dn", "dlg": "delegation_id"})
    for _ in range(_STEPS):
        who = chance.choice(_CALLERS)
        job, more = (f"j{chance.randint(0, jobs)}" for _ in range(2))
        match chance.randint(0, 15):
            case 0 | 1 | 2:
                jobs += 1
                s.submit(f"j{jobs}", *_files(s, chance), by=who, method=chance.choice(("POST", "PUT")), **_params(chance))
            case 3 | 4:
                jobs += 1
                _typed(s, chance, f"j{jobs}")
            case 5:
                s.delete(who, chance.choice((f"/jobs/{{{job}}}", f"/jobs/{{{job}}},{{{more}}}", f"/jobs/{{{job}}}/files/{{{more}.0}},{{{job}.0}}", f"/jobs/{{{job}}}/files/{{{job}.1}}")))
                s.look(job, who)
            case 6:
                s.post(who, f"/jobs/{{{job}}},{{{more}}}", {"params": {"priority": chance.choice((-1, 1, 2, 4, 5, 7, "3", 2.5, None))}})
            case 7 | 8:
                s.get(who, chance.choice(("/jobs", "/files")), **_filters(chance))
            case 9 | 10:
                # Whole seconds, since times are shown in them: parts of one would show which server began later within its second.
                s.later(chance.choice((0, 1, 2, 5, 30, 700)))
            case 11:
                _configure(s, chance, who)
            case 12:
                _ban(s, chance, who, banned)
                s.get(who, f"/jobs/{{{job}}}/files")
            case 13:
                s.look(job, who)
            case 14:
                s.post("root", "/admin/force-start", [f"{{#{job}.0}}", f"{{#{more}.1}}"])
                s.delegate("user", lifetime_h=chance.choice((6, 30)))
                s.get("user", "/delegation/{dlg}")
            case _:
                s.get(who, f"/jobs/{{{job}}}", files="file_state,retry,reason,file_metadata,start_time,finish_time")
                s.get(who, f"/jobs/{{{job}}}/files/{{{more}.0}}/retries")
    for storage in sorted(banned):
        s.delete("administrator", "/ban/se", storage=storage)
    survey(s)
    s.delegate("user")
    names = [f"j{number}" for number in range(jobs + 1)]
    for seconds in (5, 300):
        s.later(seconds)
        s.look_together(*names)
    for name in names:
        s.get("user", f"/jobs/{{{name}}}/files")
    s.get("user", "/jobs", limit=20, state_in=",".join(_STATES))


def _ban(s: Script, chance: random.Random, who: str, banned: set[str]) -> None:
    """Ban a storage, or lift such a ban; without a clock that can be moved only for a moment."""
    storage = f"mock://{MARK}-g{chance.randint(0, 2)}-{chance.choice('ab')}.example.org"
    if storage in banned and chance.random() < 0.6:  # noqa: PLR2004 - a share
        s.delete(who, "/ban/se", storage=storage)
    else:
        waits = s.side.clock is not None and chance.random() < 0.6  # noqa: PLR2004
        ban = {"status": "wait", "allow_submit": chance.random() < 0.5} if waits else {"status": "cancel"}  # noqa: PLR2004
        s.post(who, "/ban/se", {"storage": storage, "message": chance.choice((*TEXTS, *WORDS)), **ban})
        banned.add(storage)
        if not waits:
            s.delete("administrator", "/ban/se", storage=storage)
    s.get("administrator", "/ban/se")


def _typed(s: Script, chance: random.Random, name: str) -> None:
    """Submit a job of one of the types, of which some files fail."""
    kind = chance.choice(sorted(TYPES))
    bad = {place: chance.choice(failures_of(s, TYPES[kind])) for place in chance.sample(range(NUMBER), chance.randint(0, 2))}
    files = files_of(s, kind, f"g{chance.randint(0, 2)}", bad) if s.side.clock is not None else [s.file("g0")]
    s.submit(name, *files, **TYPES[kind], priority=chance.randint(1, 5), job_metadata={"v": chance.choice(_VALUES)})


def _files(s: Script, chance: random.Random) -> list[dict[str, Any]]:
    files = []
    for _ in range(chance.choice((1, 1, 2, 3, 5))):
        word = f"g{chance.randint(0, 2)}"
        # Without a clock that can be moved, jobs would end at another step on each server.
        file = s.file(word, takes=chance.choice((1, 5, 90_000)), source=chance.choice(_QUERIES)) if s.side.clock is not None else s.file(word)
        if s.side.clock is not None:
            file["destinations"] = [url + chance.choice(_ENDS) for url in file["destinations"]]
        choices: dict[str, tuple[Any, ...]] = {"metadata": ({"v": chance.choice(_VALUES)}, {"v": chance.choice(_VALUES)}, chance.choice(_VALUES)), "staging_metadata": ({"v": chance.choice(_VALUES)},), "archive_metadata": ({"v": chance.choice(_VALUES)},), "checksum": CHECKSUMS,
            "filesize": (0, 1024, 7, None, 1.0, 2**53 + 1), "activity": (*TEXTS, *WORDS), "scitag": (65, 70, None), "selection_strategy": ("orderly", "auto")}
        file |= {name: chance.choice(choices[name]) for name in chance.sample(sorted(choices), chance.choice((0, 1, 2, 4)))}
        if chance.random() < 0.1:  # noqa: PLR2004 - a share
            file["sources"].append(f"{s.storage(f'{word}-c')}/x?size=1024")
        files.append(file)
    return files


def _params(chance: random.Random) -> dict[str, Any]:
    choices: dict[str, tuple[Any, ...]] = {
        "priority": (1, 5, 9, "2"), "retry": (0, 1, 2, -1), "retry_delay": (0, 10), "overwrite": (True, False), "reuse": (True, False, "Y"),
        "multihop": (True, False), "bring_online": (-1, 60), "archive_timeout": (-1, 60), "verify_checksum": (True, False, "source", "target", "none"),
        "job_metadata": (None, {"v": chance.choice(_VALUES)}, *TEXTS), "max_time_in_queue": (0, 1, "10m"), "timeout": (0, 60), "nostreams": (1, 4), "target_qos": (None, "x"),
        "dst_file_report": (True, False), "copy_pin_lifetime": (-1, 60), "overwrite_on_retry": (True,), "strict_copy": (True,)}
    return {name: chance.choice(choices[name]) for name in chance.sample(sorted(choices), chance.choice((0, 1, 2, 3, 5)))}


def _filters(chance: random.Random) -> dict[str, str]:
    storage = f"mock://{MARK}-g{chance.randint(0, 2)}"
    values = {"state_in": ",".join(chance.sample(_STATES, 3)), "limit": str(chance.randint(0, 6)), "source_se": f"{storage}-a.example.org",
        "dest_se": f"{storage}-b.example.org", "time_window": chance.choice(("1", "0:5", "24")), "vo_name": chance.choice(("testvo", "x")),
        "fields": chance.choice(("job_id,job_state", "priority", "job_id,files")), "user_dn": "{dn}", "dlg_id": "{dlg}"}
    return {name: values[name] for name in chance.sample(sorted(values), chance.choice((0, 1, 2, 3)))}


def _configure(s: Script, chance: random.Random, who: str) -> None:
    name, number, text = f"{MARK}-g{chance.randint(0, 2)}", chance.randint(-1, 30), chance.choice(TEXTS)
    path, body, remove = chance.choice((
        ("/config/links", {"symbolicname": name, "source": f"mock://{name}", "max_active": number, "nostreams": number}, f"/config/links/{name}"),
        ("/config/se", {f"mock://{name}": {"se_info": {"outbound_max_active": number, "site": text[:40]}}}, f"/config/se?se=mock://{name}"),
        ("/config/global", {"vo_name": name, "retry": number, "no_streaming": text}, f"/config/global?vo_name={name}"),
        ("/config/activity_shares", {"vo": name, "share": [{text: number}]}, f"/config/activity_shares/{name}"),
        ("/config/authorize", {"dn": f"/DC=org/DC=example/CN={name}", "operation": text}, f"/config/authorize?dn=/DC=org/DC=example/CN={name}"),
        ("/config/cloud_storage", {"storage_name": name, "app_key": text}, f"/config/cloud_storage/{name}")))
    s.post(who, path, body)
    survey(s) if chance.random() < 0.3 else s.get("administrator", path)  # noqa: PLR2004 - a share
    s.delete(chance.choice((who, "administrator")), remove)
    s.get("administrator", path)
    s.delete("administrator", remove)
