"""The nine official scripts beside `fts`: the table of docs/command-line.md is complete, and both have the same effects."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import parse_qsl

import pytest
from test_wrappers.cli.conftest import Wire
from test_wrappers.cli.migration_table import COMMON, read_sections

from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.peer

ROOT: Final = Path(__file__).parents[2]
PEERS: Final = ROOT / ".venv-peers" / "bin"
A, B = "mock://a.example.org/f", "mock://b.example.org/f?time=10"
STORAGE: Final = "mock://a.example.org"
BOB: Final = "/DC=org/DC=example/O=Users/CN=bob"
SCRIPTS: Final = {
    "ban": "Banning",
    "delegate": "Delegator",
    "delete-submit": "JobDeletionSubmitter",
    "server-status": "ServerStatus",
    "transfer-cancel": "JobCanceller",
    "transfer-list": "JobLister",
    "transfer-status": "JobShower",
    "transfer-submit": "JobSubmitter",
    "whoami": "WhoAmI",
}
# What the options of the scripts add to the request although nobody gave them, and what `fts` adds so that no job is doubled.
DEFAULTS: Final[dict[str, Any]] = {"checksum": "ADLER32", "filesize": None, "scitag": None}
OURS: Final = ("id_generator", "sid")
Client = Literal["old", "new"]


# --- the table -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def official_options() -> dict[str, list[list[str]]]:
    """The options of each script, as its own parser knows them; spellings of one option together."""
    program = (
        "import json, fts3.cli as c\n"
        f"scripts = {SCRIPTS!r}\n"
        "options = lambda kind: getattr(c, kind)().opt_parser.option_list\n"
        "print(json.dumps({script: [option._short_opts + option._long_opts for option in options(kind)]"
        " for script, kind in scripts.items()}))"
    )
    done = subprocess.run(  # noqa: S603 - the official client in its own environment
        [PEERS / "python", "-c", program], capture_output=True, text=True, check=True
    )
    options: dict[str, list[list[str]]] = json.loads(done.stdout)
    return options


def test_table_names_every_option_of_every_script_and_no_other(
    official_options: dict[str, list[list[str]]],
) -> None:
    named = {
        section.script: {word for row in section.rows for word in row.old}
        for section in read_sections(ROOT / "docs" / "command-line.md")
    }
    known = {
        script: {word for option in options for word in option} - {"-h", "--help"}
        for script, options in official_options.items()
    }
    common = set.intersection(*known.values())
    assert named.pop(COMMON) == common
    assert named == {script: words - common for script, words in known.items()}


# --- the same scenario ---------------------------------------------------------------------------


class Both:
    """Runs the old and the new command against a server."""

    def __init__(self, mock: MockFTS, wire: Wire) -> None:
        self.mock = mock
        self.wire = wire

    def run(self, client: Client, words: list[str], who: str = "alice") -> tuple[int, str]:
        """Run one command; gives exit code and output. What reaches the server is in `wire`."""
        self.wire.requests.clear()
        credential = str(self.mock.credential(who))
        common = ["-s", self.mock.endpoint, "--cert", credential, "--key", credential]
        common += ["--capath", str(self.mock.ca_dir)]
        old = [str(PEERS / "python"), str(PEERS / f"fts-rest-{words[0]}"), *common, *words[1:]]
        new = [sys.executable, "-c", "from fts_client.cli import main; main()", *words, *common]
        done = subprocess.run(  # noqa: S603
            old if client == "old" else new,
            env={"PATH": os.environ["PATH"], "HOME": str(self.mock.ca_dir)},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout

    def changes(self) -> list[tuple[str, str, Any]]:
        """What was asked to be changed: method, target and body."""
        return [
            (method, target.replace("//", "/"), body)
            for method, target, body in self.wire.requests
            if method != "GET"
        ]


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[MockFTS, Wire]]:
    wire = Wire()
    with MockFTS(time_scale=0, middleware=wire.wrap) as mock:
        yield mock, wire


@pytest.fixture
def both(server: tuple[MockFTS, Wire]) -> Iterator[Both]:
    mock, wire = server
    mock.state.delegate("alice")
    yield Both(mock, wire)
    mock.reset()


def submission(both: Both) -> dict[str, Any]:
    """The submission that was sent, without what only one of the two says by itself."""
    ((_, _, body),) = both.changes()
    params = {
        name: value
        for name, value in body["params"].items()
        # Defaults that the script writes out, although nobody gave them.
        if name not in OURS and value is not None and value is not False and value != -1
    }
    files = [
        {name: value for name, value in file.items() if DEFAULTS.get(name, ...) != value}
        for file in body["files"]
    ]
    return {
        "files": [{k: v for k, v in file.items() if v is not None} for file in files],
        "params": params,
    }


SUBMISSIONS: Final = {
    "copying": "--nostreams 4 --timeout 3600 --buffer-size 1024 --strict-copy --disable-cleanup --s3alternate",
    "overwriting": "-o -p 5 --retry 2 --ipv6 --dst-file-report",
    "tape": "--bring-online 100 --copy-pin-lifetime 200 --archive-timeout 300 --overwrite-hop -m",
    "files": "--activity express --scitag 65 --file-size 7",
    "space tokens": "-S from -t to --unmanaged-tokens -r",
    "on retry": "--overwrite-on-retry --ipv4",
}
METADATA: Final = (
    *("--job-metadata", '{"j": 1}', "--file-metadata", '{"f": 1}'),
    *("--staging-metadata", '{"s": 1}', "--archive-metadata", '{"a": 1}'),
)


@pytest.mark.parametrize("options", SUBMISSIONS.values(), ids=SUBMISSIONS)
def test_same_options_make_the_same_submission(both: Both, options: str) -> None:
    sent = {}
    for client in ("old", "new"):
        command = "transfer-submit" if client == "old" else "submit"
        words = [command, A, B, "MD5:12", "-C", "both", *options.split(), *METADATA]
        code, _ = both.run(client, words)
        assert code == 0
        sent[client] = submission(both)
    # The script shortens the word to its first letter, which means the same to the server.
    assert sent["old"]["params"].pop("verify_checksum") == "b"
    assert sent["new"]["params"].pop("verify_checksum") == "both"
    # Numbers that the script leaves as text.
    streams = sent["old"]["params"].get("nostreams")
    if streams is not None:
        sent["old"]["params"]["nostreams"] = int(streams)
    if not sent["old"]["params"].get("retry"):
        sent["old"]["params"].pop("retry", None)
    assert sent["new"] == sent["old"]


def test_same_bulk_file_makes_the_same_jobs(both: Both, tmp_path: Path) -> None:
    path = tmp_path / "bulk.json"
    path.write_text(
        json.dumps(
            {
                "files": [
                    {"sources": [A], "destinations": [B], "metadata": "one", "filesize": 5},
                    {"sources": [f"{A}2"], "destinations": [f"{B}&x=2"], "checksum": "MD5:2"},
                ],
                "params": {"retry": 3, "priority": 4},
            }
        )
    )
    stored = {}
    for client in ("old", "new"):
        command = "transfer-submit" if client == "old" else "submit"
        code, said = both.run(client, [command, "-f", str(path), "-p", "2"])
        assert code == 0
        job = both.mock.state.job(said.split()[-1])
        stored[client] = (
            (job.job_state, job.retry, job.priority, job.user_dn, job.vo_name),
            [
                (file.source_surl, file.dest_surl, file.user_filesize, file.file_metadata)
                for file in job.files
            ],
        )
    assert stored["new"] == stored["old"]


def submitted(both: Both, client: Client) -> str:
    command = "transfer-submit" if client == "old" else "submit"
    code, said = both.run(client, [command, A, B])
    assert code == 0
    return said.split()[-1]


def test_blocking_submission_ends_with_the_job(both: Both) -> None:
    both.mock.clock.run(scale=100)
    try:
        old = both.run("old", ["transfer-submit", "-b", "-i", "1", A, B])
        new = both.run("new", ["submit", "-b", "-i", "1", A, B])
    finally:
        both.mock.clock.run(scale=0)
    assert (old[0], new[0]) == (0, 0)
    assert old[1].endswith("Job finished with state FINISHED\n")
    assert "FINISHED" in new[1].splitlines()[-1]


def test_delegation_lasts_as_long(both: Both) -> None:
    ends = {}
    for client in ("old", "new"):
        code, _ = both.run(client, ["delegate", "-f", "-H", "5"])
        assert code == 0
        stored = both.mock.state.delegations.get(both.mock.caller("alice"))
        assert stored is not None
        ends[client] = stored.ends_at
        assert [method for method, _, _ in both.changes()] == ["PUT"]
    assert ends["new"] == pytest.approx(ends["old"], abs=120)


def test_whoami_says_the_same_of_me(both: Both) -> None:
    old = json.loads(both.run("old", ["whoami", "-j"])[1])
    new = json.loads(both.run("new", ["whoami", "-j"])[1])
    assert new == old


def query_of(target: str) -> list[tuple[str, str]]:
    return sorted(parse_qsl(target.partition("?")[2]))


def test_status_and_list_show_the_same_jobs(both: Both) -> None:
    job_id = submitted(both, "old")
    old = json.loads(both.run("old", ["transfer-status", "-j", job_id])[1])
    new = json.loads(both.run("new", ["status", "-j", "--files", job_id])[1])
    assert {name: new[name] for name in old if name in new and name != "files"} == {
        name: old[name] for name in old if name in new and name != "files"
    }
    assert [file["dest_surl"] for file in new["files"]] == [
        file["dest_surl"] for file in old["files"]
    ]
    both.run("old", ["transfer-list", "-o", "testvo", "--source", STORAGE])
    old_target = both.wire.requests[-1][1].replace("//", "/")
    listed = both.run("new", ["list", "-o", "testvo", "--source", STORAGE])[1]
    # The new command shows the newest jobs only and asks for no more than its columns, then for the files.
    (_, new_target, _), (_, files_target, _) = both.wire.requests
    of_new = dict(query_of(new_target))
    assert of_new.pop("limit") == "101"
    assert of_new.pop("fields").startswith("job_id,")
    assert of_new == dict(query_of(old_target))
    assert files_target.endswith("?files=file_state")
    assert listed.startswith(job_id)
    missing = "00000000-0000-11f1-8000-02fc00000001"
    assert both.run("old", ["transfer-status", missing])[0] == 1
    assert both.run("new", ["status", missing])[0] == 1


@pytest.mark.parametrize("some_files", [False, True])
def test_cancelling_sends_the_same_and_cancels_the_same(both: Both, some_files: bool) -> None:  # noqa: FBT001 - parametrized
    sent = {}
    for client in ("old", "new"):
        job_id = submitted(both, client)
        (file,) = both.mock.state.job(job_id).files
        named = f"{job_id}:{file.file_id}" if some_files else job_id
        command = "transfer-cancel" if client == "old" else "cancel"
        code, said = both.run(client, [command, named])
        assert code == 0
        assert "CANCELED" in said
        assert both.mock.state.job(job_id).job_state == "CANCELED"
        sent[client] = [
            (method, target.replace(job_id, "JOB").replace(str(file.file_id), "FILE"))
            for method, target, _ in both.changes()
        ]
    assert sent["new"] == sent["old"]


BANS: Final = {
    "storage": (["--storage", STORAGE], ["se", STORAGE, "--yes"]),
    "storage, waiting": (
        ["--storage", STORAGE, "--status", "wait", "--allow-submit"],
        ["se", STORAGE, "--status", "wait", "--allow-submit"],
    ),
    "user": (["--user", BOB], ["dn", BOB, "--yes"]),
}


@pytest.mark.parametrize("kind", BANS)
def test_bans_are_the_same_and_can_be_ended(both: Both, kind: str) -> None:
    old, new = BANS[kind]
    hit = {}
    bans: dict[str, list[Any]] = {}
    for client in ("old", "new"):
        job_id = submitted(both, client)
        words = ["ban", *(old if client == "old" else new)]
        code, said = both.run(client, words, who="admin")
        assert code == 0
        hit[client] = job_id in said
        code, listed = both.run("new", ["bans", "--json"], who="admin")
        found = json.loads(listed)
        for entry in (*found["se"], *found["dn"]):
            entry.pop("addition_time")
        bans[client] = [found["se"], found["dn"]]
        assert code == 0
        ending = [*words, "--unban"] if client == "old" else ["unban", *new[:2]]
        assert both.run(client, ending, who="admin")[0] == 0
        assert both.mock.state.bans == []
    assert hit["new"] == hit["old"]
    assert bans["new"] == bans["old"]
    assert any(bans["new"])


def test_activity_of_the_hosts_is_the_same_and_the_exit_code_10_more(both: Both) -> None:
    assert both.run("old", ["server-status", "--is-active"], who="admin")[0] == 0
    assert both.run("new", ["server", "hosts", "--is-active"], who="admin")[0] == 0
    submitted(both, "new")
    both.mock.clock.advance(3)
    old = both.run("old", ["server-status", "--is-active"], who="admin")
    new = both.run("new", ["server", "hosts", "--is-active"], who="admin")
    assert (old[0], new[0]) == (1, 11)
    assert old[1].split()[0] == new[1].split()[0]
