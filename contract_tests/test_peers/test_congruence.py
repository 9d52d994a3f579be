"""One scenario through the official client and through `easy`, each against a fresh mock: the same requests, the same results."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
import pytest
from test_peers.congruence_scenario import ODD_BODIES
from test_peers.intended_differences import INTENDED

from fts_contract.mock import MockFTS
from fts_contract.mock.app import App
from fts_contract.mock.exchange import Reply
from fts_contract.mock.pki.files import write_private

if TYPE_CHECKING:
    from collections.abc import Iterator

    from test_peers.intended_differences import Difference, Kind

pytestmark = pytest.mark.peer

HERE: Final = Path(__file__).resolve().parent
STEP: Final = re.compile(r"\[(.*)\]")
NOISE: Final = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "id"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"), "time"),
    (re.compile(r"\b88\d{8}\b"), "file"),
    (re.compile(r"(?i)localhost:\d{4,5}"), "server"),
    (re.compile(r"(?<=\"hashed_id\": )\d+"), "0"),
)


@attrs.frozen
class Step:
    """What one client did in one step.

    Attributes:
        outcome: `{"returns": value}`, or `{"raises": names of the class and its bases, "text": str(error)}`; the text only for what
            a server said.
        requests: Method, target and JSON body of each request, sorted: some are sent at the same time.
    """

    outcome: dict[str, Any]
    requests: list[list[Any]] = attrs.field(factory=list)


class _Observer:
    """Notes what reaches the mock, by the step that the User-Agent names, and answers as the step wants."""

    def __init__(self) -> None:
        self.requests: dict[str, list[list[Any]]] = {}
        self.paths: list[str] = []
        self.connections: dict[Any, str] = {}
        self.reads = 0

    def wrap(self, answer: Any) -> Any:
        def observed(app: App, scope: Any, **seen: Any) -> Reply:
            agent = dict(scope["headers"]).get(b"user-agent", b"").decode()
            found = STEP.search(agent)
            step = found[1] if found else ""
            if not re.search(r"\bodd\b|with a path", step):
                self.paths.append(seen["raw_path"].decode())
                self.connections.setdefault(scope["client"], scope["method"])
                self.reads += scope["method"] == "GET"
            target = seen["path"]
            if scope["query_string"]:
                target += "?" + scope["query_string"].decode()
            self.requests.setdefault(step, []).append(
                [scope["method"], target, _body(seen["body"])]
            )
            wanted = re.match(r"answer (\d+)( without text)?", step)
            if wanted and (scope["method"] == "POST") == step.endswith("submission"):
                text = (
                    "" if wanted[2] else json.dumps({"status": wanted[1], "message": "so be it"})
                )
                return Reply(status=int(wanted[1]), body=text.encode())
            if step == "answer without JSON":
                return Reply(status=200, body=b"<html>")
            if odd := re.match(r"odd (\d+) (.+) to ", step):
                moved = {"Location": "/whoami"} if odd[1] in {"302", "307"} else {}
                body = b"" if odd[1] == "304" else ODD_BODIES[odd[2]]
                return Reply(status=int(odd[1]), body=body, headers=moved)
            reply: Reply = answer(app, scope, **seen)
            lost = step.startswith("lost") and scope["method"] == "POST" and reply.status < 400
            return Reply(status=503) if lost else reply

        return observed


def _body(body: bytes) -> Any:
    if body.startswith(b"-----BEGIN"):
        # A new key and a new proxy each time.
        return "PEM"
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body.decode(errors="replace")


@attrs.frozen
class Play:
    """What one client did in all steps.

    Attributes:
        steps: By name.
        paths: Every path as it was sent, without those of odd steps: paths with dots are written anew, and redirects followed.
        connections: The method of the first request on each connection that it opened for them.
        reads: How many of them were GETs.
    """

    steps: dict[str, Step]
    paths: list[str]
    connections: list[str]
    reads: int


def _play(package: str, python: Path, scratch: Path) -> Play:
    observer = _Observer()
    with pytest.MonkeyPatch.context() as patch, MockFTS(time_scale=0) as mock:
        patch.setattr(App, "_answer", observer.wrap(App._answer))
        names = ("alice", "alice-novoms", "bob", "admin", "root")
        credentials = {name: str(mock.credential(name)) for name in names}
        expired = scratch / "expired.pem"
        write_private(expired, mock.pki.issue("alice", lifetime=timedelta(hours=-1)).pem)
        credentials["expired"] = str(expired)
        command: list[str | Path] = [python, HERE / "congruence_scenario.py", package]
        command += [mock.endpoint, json.dumps(credentials), mock.ca_dir]
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, check=False, timeout=240, cwd=scratch
        )
    assert done.returncode == 0, done.stderr
    seen = _Noise()
    steps = {}
    for name, outcome in json.loads(done.stdout.splitlines()[-1]):
        requests = observer.requests.get(name, [])
        steps[name] = Step(seen.quiet(outcome), sorted(seen.quiet(requests), key=str))
    return Play(steps, observer.paths, list(observer.connections.values()), observer.reads)


class _Noise:
    """Replaces what differs from run to run, equal things by equal names."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def quiet(self, value: Any) -> Any:
        text = json.dumps(value)
        for pattern, kind in NOISE:
            text = pattern.sub(partial(self._name, kind), text)
        return json.loads(text)

    def _name(self, kind: str, found: re.Match[str]) -> str:
        text = found[0]
        if kind in {"time", "server", "0"} or text.startswith("00000000"):
            return kind
        name = self._names.setdefault(text, f"{kind}-{len(self._names)}")
        return name.replace("file-", "99") if kind == "file" else name


@pytest.fixture(scope="module")
def official(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Play:
    python = repository / ".venv-peers" / "bin" / "python"
    return _play("fts3.rest.client", python, tmp_path_factory.mktemp("official"))


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Play:
    return _play("fts_client", Path(sys.executable), tmp_path_factory.mktemp("ours"))


def _differences(official: Play, ours: Play) -> Iterator[tuple[str, Kind, Any, Any]]:
    for name, theirs in official.steps.items():
        mine = ours.steps[name]
        if mine.outcome != theirs.outcome:
            yield name, "outcome", theirs.outcome, mine.outcome
        if mine.requests != theirs.requests:
            yield name, "requests", theirs.requests, mine.requests


def test_both_clients_play_the_same_steps(official: Play, ours: Play) -> None:
    assert list(ours.steps) == list(official.steps)
    assert len(official.steps) > 100


def test_clients_differ_where_it_is_intended_and_nowhere_else(official: Play, ours: Play) -> None:
    unexpected = [
        f"{name}, {kind}:\n  official: {theirs}\n  ours:     {mine}"
        for name, kind, theirs, mine in _differences(official, ours)
        if not any(d.covers(name, kind) and d.fits(theirs, mine) for d in INTENDED)
    ]
    assert not unexpected, "\n".join(unexpected)


@pytest.mark.parametrize("difference", INTENDED, ids=lambda difference: difference.title)
def test_intended_difference_occurs(official: Play, ours: Play, difference: Difference) -> None:
    assert any(difference.covers(name, kind) for name, kind, _, _ in _differences(official, ours))


def test_official_paths_have_two_slashes_and_ours_one(official: Play, ours: Play) -> None:
    assert all(path.startswith("//") for path in official.paths)
    assert not [path for path in ours.paths if "//" in path]


def test_official_client_connects_for_every_request_and_our_reads_share_connections(
    official: Play, ours: Play
) -> None:
    assert len(official.connections) == len(official.paths)
    # A change may open a connection of its own: it must not meet one that is about to close.
    assert ours.connections.count("GET") < ours.reads / 4


def test_our_changes_open_no_more_connections_than_they_are(ours: Play) -> None:
    opened = len(ours.connections) - ours.connections.count("GET")
    assert opened < len(ours.paths) - ours.reads


def test_documentation_shows_every_intended_difference(repository: Path) -> None:
    page = (repository / "docs" / "easy.md").read_text(encoding="utf-8")
    absent = [d.title for d in INTENDED if f"| {d.title} | {d.reason} |" not in page]
    assert not absent
