"""Arrange the state of the mock as the words of a set-up describe it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlparse

from fts_contract.mock.clock import wire_time
from fts_contract.mock.cloud_accounts import CloudStorage
from fts_contract.mock.configuration import ActivityShares, Link
from fts_contract.mock.identity import identify
from fts_contract.mock.optimizer_rows import CURRENT_FIELDS, DECISION_FIELDS, Current, Decision

if TYPE_CHECKING:
    from fidelity.recorded import Recording
    from fts_contract.mock import MockFTS

_NUMBERS: Final = {"one": 1, "two": 2, "three": 3, "four": 4}
_IDENTITIES: Final = ("alice", "bob", "admin", "root")


class Scene:
    """Arranges one file of recordings.

    Args:
        mock: The mock.
        recordings: The file; rows that no request can make are taken from its answers.
    """

    def __init__(self, mock: MockFTS, recordings: list[Recording]) -> None:
        self.mock = mock
        self.recordings = recordings
        self._undo: list[Callable[[], object]] = []
        self._done: set[str] = set()

    def arrange(self, recording: Recording) -> bool:
        """Arrange what a recording says was there before.

        Returns:
            Whether its words were understood, at least in part.
        """
        while self._undo:
            self._undo.pop()()
        understood = not recording.setup
        for pattern, act in _VOCABULARY:
            match = re.search(pattern, recording.setup)
            if match is not None:
                act(self, recording, match)
                understood = True
        return understood

    def who(self, recording: Recording, named: str | None) -> str:
        """The identity whose credential is meant: the one that asks, unless it is somebody else's."""
        return recording.who if named is None or named in recording.who else named

    def once(self, recording: Recording) -> bool:
        """Say whether a set-up occurs for the first time."""
        is_new = recording.setup not in self._done
        self._done.add(recording.setup)
        return is_new

    def until_next(self, undo: Callable[[], object]) -> None:
        """Undo something before the next recording."""
        self._undo.append(undo)


Act = Callable[[Scene, "Recording", "re.Match[str]"], None]


def _nothing(_scene: Scene, _recording: Recording, _match: re.Match[str]) -> None:
    """The words describe what is always the case."""


def _no_credential(scene: Scene, recording: Recording, match: re.Match[str]) -> None:
    caller = scene.mock.caller(scene.who(recording, match.groupdict().get("who")))
    scene.mock.state.delegations.remove(caller)


def _credential(seconds: float) -> Act:
    def act(scene: Scene, recording: Recording, match: re.Match[str]) -> None:
        name = scene.who(recording, match.groupdict().get("who"))
        scene.mock.state.delegate(name, lifetime_s=seconds)

    return act


def _credential_ends(scene: Scene, recording: Recording, match: re.Match[str]) -> None:
    seconds = int(match["seconds"]) * (1 if match["when"] == "ends in" else -1)
    scene.mock.state.delegate(recording.who, lifetime_s=seconds)


def _pending_request(scene: Scene, recording: Recording, _match: re.Match[str]) -> None:
    if recording.who != "anonymous":
        scene.mock.state.delegations.request(scene.mock.caller(recording.who))


def _voms_server(scene: Scene, _recording: Recording, match: re.Match[str]) -> None:
    scene.mock.state.voms_servers.add(match["vo"])


def _gridmap(scene: Scene, recording: Recording, match: re.Match[str]) -> None:
    state = scene.mock.state
    dn = scene.mock.caller(recording.who).user_dn
    state.gridmap[dn] = match["vo"]
    scene.until_next(lambda: state.gridmap.pop(dn, None))


def _grant(scene: Scene, _recording: Recording, match: re.Match[str]) -> None:
    state = scene.mock.state
    dn = scene.mock.caller(match["who"]).user_dn
    state.grant(dn, match["operation"])
    scene.until_next(lambda: state.grants.pop(dn, None))


def _admin_grant(scene: Scene, recording: Recording, _match: re.Match[str]) -> None:
    dn = dict(parse_qsl(recording.path.partition("?")[2])).get("dn")
    if dn:
        scene.mock.state.grant(dn, "admin")


def _cloud(scene: Scene, _recording: Recording, match: re.Match[str]) -> None:
    clouds = scene.mock.state.config.clouds
    if clouds.find(match["name"]) is None:
        clouds.put(CloudStorage(match["name"]))


def _ban_dn(scene: Scene, _recording: Recording, match: re.Match[str]) -> None:
    state = scene.mock.state
    dn = scene.mock.caller(match["who"]).user_dn
    state.ban_dn(dn)
    scene.until_next(lambda: state.banned_dns.pop(dn, None))


def _links(scene: Scene, recording: Recording, _match: re.Match[str]) -> None:
    for source, dest in re.findall(r"(\S+) -> ([^\s;]+)", recording.setup):
        scene.mock.state.config.put_link(Link(f"{source}-{dest}", source, dest))


def _link_between(scene: Scene, _recording: Recording, match: re.Match[str]) -> None:
    config = scene.mock.state.config
    if config.link_between(match["source"], match["dest"]) is None:
        config.put_link(Link("arranged", match["source"], match["dest"]))


def _link(scene: Scene, _recording: Recording, match: re.Match[str]) -> None:
    config = scene.mock.state.config
    if config.link_named(match["name"]) is None:
        host = f"mock://{match['name']}"
        config.put_link(Link(match["name"], f"{host}.source.org", f"{host}.dest.org"))


def _activity_shares(scene: Scene, _recording: Recording, match: re.Match[str]) -> None:
    config = scene.mock.state.config
    config.activity_shares.setdefault(
        match["vo"].lower(), ActivityShares(match["vo"], ({"default": 1.0},))
    )


def _no_activity_shares(scene: Scene, recording: Recording, _match: re.Match[str]) -> None:
    for vo in re.findall(r"\w+", recording.setup.partition(" were deleted")[0]):
        scene.mock.state.config.activity_shares.pop(vo.lower(), None)


def _link_without_shares(scene: Scene, recording: Recording, _match: re.Match[str]) -> None:
    config = scene.mock.state.config
    link = config.link_named(recording.path.rpartition("/")[2])
    for key in list(config.shares):
        if link is not None and key[:2] == (link.source.lower(), link.destination.lower()):
            del config.shares[key]


def _activity_shares_of_user(scene: Scene, recording: Recording, _match: re.Match[str]) -> None:
    state = scene.mock.state
    caller = scene.mock.caller(recording.who)
    vo = identify(caller, gridmap=state.gridmap, grants=state.grants).vo.lower()
    state.config.activity_shares[vo] = ActivityShares(vo, ({"default": 1.0},))
    scene.until_next(lambda: state.config.activity_shares.pop(vo, None))


def _share(scene: Scene, _recording: Recording, match: re.Match[str]) -> None:
    config = scene.mock.state.config
    link = config.link_named(match["name"])
    if link is not None:
        config.add_share(link.source, link.destination, vo=match["vo"], share=int(match["share"]))


def _dns(scene: Scene, recording: Recording, _match: re.Match[str]) -> None:
    for dn in re.findall(r"(/\w+=\S+)", recording.setup):
        scene.mock.state.delegate_dn(dn)


def _job_of_vo(scene: Scene, recording: Recording, match: re.Match[str]) -> None:
    if scene.once(recording):
        scene.mock.state.add_job(vo_name=match["vo"])


def _host_activity(scene: Scene, recording: Recording, _match: re.Match[str]) -> None:
    state = scene.mock.state
    for job in list(state.jobs_of(None, only_open=True)):
        state.close(job, state="CANCELED", reason=None)
    phrases = r"(one|two|three|four)(?: files?)? (ACTIVE|STARTED)(?: \(staging\))?( file without| on (\S+?)(?:,|$))"
    for count, file_state, _, host in re.findall(phrases, recording.setup):
        key = "transfer_host" if file_state == "ACTIVE" else "staging_host"
        file = {"file_state": file_state, key: host or None}
        state.add_job(job_state="ACTIVE", files=(file,) * _NUMBERS[count])


def _hosts(scene: Scene, recording: Recording, _match: re.Match[str]) -> None:
    config = scene.mock.state.config
    drains = dict(
        re.findall(r"(\S+?)(?: has \w+ services)?(?: one)? \(drain (\d)", recording.setup)
    )
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for other in scene.recordings:
        if isinstance(other.answer, list):
            for row in other.answer:
                if isinstance(row, dict) and "service_name" in row and row["hostname"] in drains:
                    rows.setdefault((row["hostname"], row["service_name"]), row)
    config.hosts.clear()
    for (hostname, service), row in rows.items():
        config.add_host(
            hostname, service_name=service, beat=row["beat"], drain=drains[hostname] == "1"
        )
    for hostname, drain in drains.items():
        if not any(name == hostname for name, _ in rows):
            config.add_host(hostname, drain=drain == "1")


def _one_host(scene: Scene, recording: Recording, _match: re.Match[str]) -> None:
    if isinstance(recording.sent, dict) and isinstance(recording.sent.get("hostname"), str):
        scene.mock.state.config.add_host(recording.sent["hostname"])


def _optimizer_rows(scene: Scene, recording: Recording, _match: re.Match[str]) -> None:
    if not scene.once(recording):
        return
    optimizer = scene.mock.state.optimizer
    added = []
    for other in scene.recordings:
        if other.setup != recording.setup or not isinstance(other.answer, list):
            continue
        for row in other.answer:
            if row in added:
                continue
            added.append(row)
            if "rationale" in row:
                optimizer.add(Decision(**{name: row[name] for name in DECISION_FIELDS}))
            else:
                optimizer.set_current(Current(**{name: row[name] for name in CURRENT_FIELDS}))


def _link_history(scene: Scene, recording: Recording, _match: re.Match[str]) -> None:
    """Add optimizer records for the links of a submission, with the figures of the set-up in turn."""
    file = recording.sent["files"][0]
    dest = _storage_of(file["destinations"][0])
    setup = recording.setup

    def figures(pattern: str) -> list[float]:
        found = re.search(pattern + r" ((?:\d+(?:, )?)+)", setup)
        return [float(number) for number in found[1].split(", ") if number] if found else []

    success = figures("success")
    active = re.search(r"with (\d+) active", setup)
    for place, (source, speed) in enumerate(
        zip(file["sources"], figures("throughput"), strict=False)
    ):
        scene.mock.state.optimizer.add(
            Decision(
                source_se=_storage_of(source),
                dest_se=dest,
                datetime=wire_time(scene.mock.clock.time()),
                throughput=speed,
                active=int(active[1]) if active else 1,
                success=success[place] if place < len(success) else None,
            )
        )
    if queued := re.search(r"(\d+) bytes are queued from the first source", setup):
        first = {"source_se": _storage_of(file["sources"][0]), "dest_se": dest}
        scene.mock.state.add_job(files=({**first, "user_filesize": int(queued[1])},))


def _storage_of(surl: str) -> str:
    parts = urlparse(surl)
    return f"{parts.scheme}://{parts.hostname}"


def _banned_storage(scene: Scene, recording: Recording, _match: re.Match[str]) -> None:
    """Ban the storage of the submission that the words describe."""
    setup, sent = recording.setup, recording.sent
    if not isinstance(sent, dict) or not isinstance(sent.get("files"), list):
        return
    files = sent["files"]
    named = re.match(r"(\S+) is banned", str(recording.answer.get("message", "")))
    if named:
        storage = named[1]
    elif "second file" in setup:
        storage = _storage_of(files[1]["sources"][0])
    elif "middle storage" in setup:
        storage = _storage_of(files[0]["destinations"][0])
    else:
        storage = _storage_of(files[0]["sources"][0])
    if scheme := re.search(r"\bas (\w+)://", setup):
        storage = f"{scheme[1]}://{storage.partition('://')[2]}"
    vo = "testvo"
    if "every VO" in setup:
        vo = "*"
    elif "another VO" in setup:
        vo = "anothervo"
    waits = re.search(r"\bwait\b", setup) is not None
    allowed = re.search(r"submissions allowed|allow_submit", setup) is not None
    status = ("WAIT_AS" if allowed else "WAIT") if waits else "CANCEL"
    state = scene.mock.state
    before = list(state.bans)
    state.ban_storage(storage, vo=vo, status=status)

    def take_back() -> None:
        state.bans = before

    scene.until_next(take_back)


def _queued(scene: Scene, recording: Recording, match: re.Match[str]) -> None:
    first = recording.sent["files"][0]
    size = match.groupdict().get("bytes")
    file = {
        "source_se": _storage_of(first["sources"][0]),
        "dest_se": _storage_of(first["destinations"][0]),
        "user_filesize": int(size) if size else 0,
    }
    scene.mock.state.add_job(files=(file,) * _NUMBERS[match["count"]])


_WHO: Final = f"(?P<who>{'|'.join(_IDENTITIES)})"
# Applied in this order: later ones may refine what earlier ones arranged.
_VOCABULARY: Final[tuple[tuple[str, Act], ...]] = (
    (
        f"{_WHO} has a valid delegated credential|valid credential of {_WHO.replace('who', 'who2')}",
        _credential(12 * 3600),
    ),
    (f"{_WHO} has (?:no delegated|neither a delegated) credential", _no_credential),
    ("no credential was delegated", _no_credential),
    (f"{_WHO} delegated with a ", _credential(12 * 3600)),
    (f"credential of {_WHO} has expired", _credential(-600)),
    (f"credential of {_WHO} ends in half an hour", _credential(1800)),
    (r"credential (?P<when>ends in|ended) (?P<seconds>\d+) seconds", _credential_ends),
    ("certificate request (?:is pending|was asked for)", _pending_request),
    (r"VOMS server for (?P<vo>\w+)", _voms_server),
    (r"gridmap table maps his DN to the VO (?P<vo>[\w-]+)", _gridmap),
    (rf"the DN of {_WHO} was given the operation (?P<operation>\w+)", _grant),
    (f"the DN of {_WHO} is banned", _ban_dn),
    (r"admin \(the last set in the database\)", _admin_grant),
    (r"^A storage '(?P<name>[^']+)' is registered", _cloud),
    ("^Only the REST server itself", _nothing),
    ("^server with OAuth2 on", _nothing),  # see tokens
    ("link configurations: ", _links),
    (r"^Link (?P<name>[^\s,]+) exist(?:s|ed)\b", _link),
    ("^activity shares are configured for the VO of the user", _activity_shares_of_user),
    (r"^A link with the symbolic name '(?P<name>[^']+)' exists", _link),
    (r"^(?P<vo>\w+) (?:had|has) (?:activity shares|\w+=\d)", _activity_shares),
    (r"^The VO '(?P<vo>[^']+)' has activity shares", _activity_shares),
    (r"^\w+ and \w+ were deleted; shares", _no_activity_shares),
    (r"^The link exists\.$", _link_without_shares),
    (r"^A link from (?P<source>\S+) to (?P<dest>\S+) exists", _link_between),
    (r"Link (?P<name>\S+) exists and a VO share \(vo=(?P<vo>\w+), share=(?P<share>\d+)\)", _share),
    ("delegated credentials exist for", _dns),
    (r"a job of the VO (?P<vo>\S+) exists", _job_of_vo),
    (r"ACTIVE on \S+|is ACTIVE or STARTED", _host_activity),
    (r"services? \(drain \d", _hosts),
    ("^Host exists", _one_host),
    ("^optimizer records of the last hour", _link_history),
    ("the optimizer ran|a row that holds only", _optimizer_rows),
    (
        "storages? (?:of the second file )?(?:is|was) banned(?! and unbanned)|of two source storages is banned",
        _banned_storage,
    ),
    (r"(?P<count>one|two|three) files? (?:of (?P<bytes>\d+) bytes )?(?:are|is) queued", _queued),
    # Nothing to arrange: names of identities, defaults of the server, and jobs (see arranged_jobs).
    (
        r"^the server's limit|\(the default\)|is not configured|have the latin1|^nothing is queued",
        _nothing,
    ),
    (
        r"no optimizer data|no job with|was just submitted by|has no VOMS|uses a proxy without",
        _nothing,
    ),
    (r"client uses|second-level proxy|the id belongs to|no Dropbox|no application for", _nothing),
    (
        r"^No |^Neither |\b(?:had|has|was|had been) (?:no|not)\b|was banned and unbanned|nobody is banned|nothing is queued|no rows for",
        _nothing,
    ),
    (
        r"\bjobs?\b|\bfiles?\b|\bhops?\b|^priority|^retry|^checksum|^every nullable|no retry|failed attempts",
        _nothing,
    ),
)
