"""Generated plays: callers change random jobs, storages and settings; the same seed gives the same plays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fts_contract.compare.performing.play import Play
from fts_contract.compare.plays.texts import TEXTS
from fts_contract.harness.sending.own_names import MARK

if TYPE_CHECKING:
    import random

    from fts_contract.compare.performing.script import Script

__all__ = ["generated_plays"]

# fmt: off
# One step a line.

_STEPS: Final = 40
_CALLERS: Final = ("user", "user", "user", "colleague", "stranger", "administrator", "root", "other-attributes", "token", "anonymous")
_STATES: Final = ("SUBMITTED", "ACTIVE", "STAGING", "CANCELED", "FINISHED", "FAILED", "READY", "NOT_USED")
_QUERIES: Final = ("", "&errno=2", "&staging_time=3", "&time=1", "&transfer_errno=5&time=1", "&checksum=1234", "&time=0")


def generated_plays(number: int) -> list[Play]:
    """Make this number of plays."""
    return [Play(f"generated play {count}", _act) for count in range(1, number + 1)]


def _act(s: Script) -> None:  # noqa: C901 - one case an action
    chance, jobs = s.chance_for("steps"), 0
    s.submit("j0", s.file("g0"))
    s.ask("user", "GET", "/whoami", keep={"dn": "user_dn", "dlg": "delegation_id"})
    for _ in range(_STEPS):
        who = chance.choice(_CALLERS)
        job = f"j{chance.randint(0, jobs)}"
        more = f"j{chance.randint(0, jobs)}"
        match chance.randint(0, 11):
            case 0 | 1 | 2:
                jobs += 1
                s.submit(f"j{jobs}", *_files(s, chance), by=who, **_params(chance))
            case 3:
                s.delete(who, chance.choice((f"/jobs/{{{job}}}", f"/jobs/{{{job}}},{{{more}}}", f"/jobs/{{{job}}}/files/{{{more}.0}},{{{job}.0}}")))
            case 4:
                s.post(who, f"/jobs/{{{job}}}", {"params": {"priority": chance.randint(-1, 7)}})
            case 5 | 6:
                s.get(who, chance.choice(("/jobs", "/files")), **_filters(chance))
            case 7:
                s.later(chance.choice((0.3, 1, 2, 5, 30, 700)))
            case 8:
                _configure(s, chance, who)
            case 9:
                storage = f"mock://{MARK}-g{chance.randint(0, 2)}-a.example.org"
                s.post(who, "/ban/se", {"storage": storage, "status": chance.choice(("cancel", "wait")) if s.side.clock is not None else "cancel", "message": chance.choice(TEXTS)})
                s.get(who, f"/jobs/{{{job}}}/files")
                s.delete("administrator", "/ban/se", storage=storage)
            case 10:
                s.look(job, who)
            case _:
                s.get(who, f"/jobs/{{{job}}}", files="file_state,retry,reason,file_metadata")
                s.get(who, f"/jobs/{{{job}}}/files/{{{more}.0}}/retries")
    s.later(300)
    for number in range(jobs + 1):
        s.look(f"j{number}")
    s.get("user", "/jobs", limit=20, state_in=",".join(_STATES))


def _files(s: Script, chance: random.Random) -> list[dict[str, Any]]:
    files = []
    for _ in range(chance.choice((1, 1, 2, 3))):
        word = f"g{chance.randint(0, 2)}"
        takes, query = chance.choice((1, 5, 90_000)), chance.choice(_QUERIES)
        # Without a clock that can be moved, jobs would end at another step on each server.
        file = s.file(word, takes=takes, source=query) if s.side.clock is not None else s.file(word)
        if chance.random() < 0.3:  # noqa: PLR2004 - a share
            file["metadata"] = chance.choice((chance.choice(TEXTS), {chance.choice(TEXTS): chance.choice((1, None, [True], "x"))}))
        if chance.random() < 0.3:  # noqa: PLR2004
            file |= {"checksum": chance.choice(("ADLER32:1234", "md5:x", "", None)), "filesize": chance.choice((0, 1024, 7, None))}
        if chance.random() < 0.2:  # noqa: PLR2004
            file["sources"].append(f"{s.storage(f'{word}-c')}/x?size=1024")
        files.append(file)
    return files


def _params(chance: random.Random) -> dict[str, Any]:
    choices: dict[str, tuple[Any, ...]] = {
        "priority": (1, 5, 9, "2"), "retry": (0, 1, 2, -1), "retry_delay": (0, 10), "overwrite": (True, False), "reuse": (True, False, "Y"),
        "multihop": (True, False), "bring_online": (-1, 60), "archive_timeout": (-1, 60), "verify_checksum": (True, False, "source", "target", "none"),
        "job_metadata": (None, {"a": 1}, *TEXTS), "max_time_in_queue": (0, 1, "10m"), "timeout": (0, 60), "nostreams": (1, 4), "target_qos": (None, "x"),
        "dst_file_report": (True, False), "copy_pin_lifetime": (-1, 60), "overwrite_on_retry": (True,), "strict_copy": (True,)}
    return {name: chance.choice(choices[name]) for name in chance.sample(sorted(choices), chance.choice((0, 1, 2, 3)))}


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
    s.get("administrator", path)
    s.delete(chance.choice((who, "administrator")), remove)
    s.get("administrator", path)
    s.delete("administrator", remove)
