"""The commands about files, cancellation, priorities, bans and the server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from fts_contract.mock.app import App
from fts_contract.mock.exchange import Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from test_wrappers.cli.conftest import Fts, Terminal, Wire

    from fts_contract.mock import MockFTS

MISSING = "00000000-0000-0000-0000-000000000000"
A, B = "mock://a.example/f", "mock://b.example/f"
STORAGE = "mock://a.example"
DN = "/DC=org/DC=example/O=Users/CN=nobody"
ALICE = "/DC=org/DC=example/O=Users/CN=alice"
BOB = "/DC=org/DC=example/O=Users/CN=bob"


@pytest.fixture
def job_id(fts: Fts) -> str:
    """A job of two files."""
    return fts("submit", A, B, f"{A}2", f"{B}2").out.strip()


# --- files ---------------------------------------------------------------------------------------


def test_files_of_a_job_are_shown(fts: Fts, job_id: str) -> None:
    result = fts("files", job_id)
    assert result.code == 0
    assert f"SUBMITTED  {A} -> {B}\n" in result.out
    assert len(json.loads(fts("files", job_id, "--json").out)) == 2


def test_files_of_a_job_can_be_filtered(fts: Fts, job_id: str) -> None:
    assert fts("files", job_id, "--state", "ACTIVE").out == ""
    shown = json.loads(fts("files", job_id, "--dest-surl", f"{B}2", "--json").out)
    assert [file["source_surl"] for file in shown] == [f"{A}2"]


def test_files_of_all_jobs_are_filtered_by_the_server(fts: Fts, job_id: str, wire: Wire) -> None:
    result = fts("files", "--source-se", STORAGE, "--state", "SUBMITTED", "--json")
    assert {file["job_id"] for file in json.loads(result.out)} == {job_id}
    ((_, target, _),) = wire.requests
    assert "source_se=mock%3A%2F%2Fa.example" in target
    assert "state_in=SUBMITTED" in target


def test_file_that_does_not_fit_80_columns_takes_two_lines(fts: Fts) -> None:
    long = "x" * 40
    job_id = fts("submit", A + long, B + long).out.strip()
    first, second = fts("files", job_id).out.splitlines()
    assert first.endswith(f"SUBMITTED  {A}{long}")
    assert second.strip() == f"-> {B}{long}"
    assert first.index(A) == second.index(B)


def test_reason_of_a_job_and_its_files_is_shown(fts: Fts, mock: MockFTS) -> None:
    job_id = fts("submit", f"{A}?errno=2", B).out.strip()
    mock.clock.advance(60)
    shown = fts("status", job_id, "--files").out
    assert "\n  One or more files failed" in shown
    assert "SOURCE [2] No such file or directory" in shown


# --- listing -------------------------------------------------------------------------------------


def test_list_sends_its_filters(fts: Fts, wire: Wire) -> None:
    options = ("--source-se", STORAGE, "--dest-se", "mock://b.example", "--vo", "testvo")
    result = fts("list", *options, "--state", "ACTIVE", "--state", "FAILED", "--limit", "7")
    assert result.code == 0
    # Nothing was found: whoami tells whether that is because of the VO.
    assert [path for _, path, _ in wire.requests[1:]] == ["/whoami"]
    _, target, _ = wire.requests[0]
    for part in ("source_se=", "dest_se=", "vo_name=testvo", "ACTIVE%2CFAILED", "limit=7"):
        assert part in target


def test_list_mine_shows_only_my_jobs(fts: Fts, job_id: str) -> None:
    other = fts("submit", A, f"{B}3", who="bob").out.strip()
    assert {job["job_id"] for job in json.loads(fts("list", "--json").out)} == {job_id, other}
    assert [job["job_id"] for job in json.loads(fts("list", "--mine", "--json").out)] == [job_id]


def test_list_with_a_time_window_finds_finished_jobs(fts: Fts, job_id: str, mock: MockFTS) -> None:
    mock.clock.advance(60)
    assert job_id in fts("list", "--state", "FINISHED", "--time-window", "1").out


# --- cancelling ----------------------------------------------------------------------------------


def file_ids(fts: Fts, job_id: str) -> list[str]:
    return [str(file["file_id"]) for file in json.loads(fts("files", job_id, "--json").out)]


@pytest.mark.parametrize("form", ["option", "colon"])
def test_single_files_can_be_cancelled(fts: Fts, job_id: str, mock: MockFTS, form: str) -> None:
    first, _ = file_ids(fts, job_id)
    words = (job_id, "--file-ids", first) if form == "option" else (f"{job_id}:{first}",)
    result = fts("cancel", *words, "--json")
    assert result.code == 0
    assert json.loads(result.out) == [{"file_id": int(first), "file_state": "CANCELED"}]
    assert [file.file_state for file in mock.state.job(job_id).files] == ["CANCELED", "SUBMITTED"]


def test_cancelling_a_file_of_another_job_fails(fts: Fts, job_id: str) -> None:
    result = fts("cancel", job_id, "--file-ids", "1")
    assert result.code == 1
    assert "1" in result.out


def test_jobs_from_standard_input_are_cancelled(fts: Fts, mock: MockFTS) -> None:
    listed = "".join(fts("submit", A, f"{B}{n}").out for n in range(2))
    shown = fts("list").out
    result = fts("cancel", "-", stdin=shown)
    assert result.code == 0
    assert [mock.state.job(job_id).job_state for job_id in listed.split()] == ["CANCELED"] * 2


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("cancel",), "--all"),
        (("cancel", "-"), "standard input"),
        (("cancel", MISSING, MISSING, "--file-ids", "1"), "single job"),
        (("cancel", MISSING, "--file-ids", "one"), "'one'"),
        (("cancel", MISSING, "--vo", "x"), "--all"),
        (("cancel", MISSING, "--all"), "job ids"),
        (("cancel", "--all"), "--yes"),
        (("ban", "se", STORAGE, "--allow-submit"), "--status wait"),
        (("ban", "se", STORAGE), "--yes"),
        (("ban", "dn", BOB), "--yes"),
        (("ban", "se", "a.example", "--yes"), "davs://a.example"),
        (("unban", "se", "a.example"), "davs://a.example"),
        (("priority", MISSING, "6"), "6"),
    ],
)
def test_usage_error_sends_nothing(
    fts: Fts, wire: Wire, arguments: tuple[str, ...], word: str
) -> None:
    result = fts(*arguments)
    assert result.code == 2
    assert word in result.err
    assert wire.requests == []


def test_root_can_cancel_all_jobs_of_a_vo(fts: Fts, job_id: str, mock: MockFTS) -> None:
    refused = fts("cancel", "--all", "--vo", "testvo", "--yes")
    assert refused.code == 1
    assert "fts whoami" in refused.err
    done = fts("cancel", "--all", "--vo", "testvo", "--yes", "--json", who="root")
    assert done.code == 0
    assert json.loads(done.out)["affected_jobs"] == 1
    assert mock.state.job(job_id).job_state == "CANCELED"


def test_priority_is_changed(fts: Fts, job_id: str, mock: MockFTS) -> None:
    result = fts("priority", job_id, MISSING, "5")
    assert result.code == 1
    assert MISSING in result.err
    assert mock.state.job(job_id).priority == 5
    assert result.out == f"{job_id}  SUBMITTED      priority 5\n"


def test_priority_of_a_job_that_has_ended_is_reported_as_not_changed(
    fts: Fts, job_id: str
) -> None:
    fts("cancel", job_id)
    result = fts("priority", job_id, "5")
    assert result.code == 1
    assert result.err == f"fts: {job_id} is CANCELED: its priority stays 3\n"
    assert result.out == f"{job_id}  CANCELED       priority 3\n"


# --- bans ----------------------------------------------------------------------------------------


def test_ban_of_a_storage_is_listed_and_lifted(fts: Fts, job_id: str, mock: MockFTS) -> None:
    banned = fts("ban", "se", STORAGE, "--message", "moved", "--yes", who="admin")
    assert (banned.code, banned.out) == (0, f"{job_id}\n")
    shown = fts("bans", who="admin").out
    assert shown.startswith(f"{STORAGE}\n  CANCEL  VO testvo  ")
    assert "\n  moved\n" in shown
    assert [entry["se"] for entry in json.loads(fts("bans", "--json", who="admin").out)["se"]] == [
        STORAGE
    ]
    assert fts("unban", "se", STORAGE, who="admin").code == 0
    assert mock.state.bans == []


def test_ban_can_make_new_transfers_wait(fts: Fts, wire: Wire) -> None:
    options = ("--status", "wait", "--allow-submit", "--json")
    result = fts("ban", "se", STORAGE, *options, who="admin")
    assert json.loads(result.out) == {"affected_jobs": []}
    ((_, _, body),) = wire.requests
    assert body == {"storage": STORAGE, "status": "wait", "allow_submit": True}


def test_ban_of_a_user_is_listed_and_lifted(fts: Fts) -> None:
    fts("submit", A, f"{B}9", who="bob")
    banned = fts("ban", "dn", BOB, "--yes", "--json", who="admin")
    assert len(json.loads(banned.out)["affected_jobs"]) == 1
    assert fts("whoami", who="bob").code == 1
    assert BOB in fts("bans", "dn", who="admin").out
    assert fts("bans", "se", who="admin").out == ""
    assert fts("unban", "dn", BOB, "--json", who="admin").code == 0
    assert fts("whoami", who="bob").code == 0
    assert fts("ban", "dn", DN, "-y", who="admin").out == "no jobs affected\n"


@pytest.mark.parametrize(
    ("banned", "question"),
    [
        (("se", STORAGE), f"from and to {STORAGE}? [y/N]"),
        (("dn", ALICE), f"job of {ALICE} and refuse all requests of this user? [y/N]"),
    ],
)
def test_ban_that_cancels_asks_on_a_terminal(
    mock: MockFTS,
    job_id: str,
    terminal: Callable[..., Terminal],
    banned: tuple[str, str],
    question: str,
) -> None:
    mock.state.delegate("admin")
    admin = str(mock.credential("admin"))
    asked = terminal("ban", *banned, X509_USER_PROXY=admin)
    asked.wait_for(question)
    asked.type("n\n")
    assert asked.end() == 1
    assert mock.state.bans == []
    again = terminal("ban", *banned, X509_USER_PROXY=admin)
    again.wait_for("[y/N]")
    again.type("y\n")
    assert again.end() == 0
    assert job_id in again.raw


def test_lifting_a_ban_that_does_not_exist_says_so_with_candidates(fts: Fts) -> None:
    fts("ban", "se", STORAGE, "--yes", who="admin")
    result = fts("unban", "se", "mock://a.exampel", who="admin")
    assert (result.code, result.out) == (1, "")
    assert result.err.endswith(f"was not banned. Did you mean {STORAGE}?\n")
    assert "was not banned. See fts bans." in fts("unban", "dn", DN, who="admin").err
    assert fts("unban", "se", STORAGE.upper(), who="admin").code == 0


def test_ban_that_the_server_goes_on_listing_is_reported(fts: Fts, mock: MockFTS) -> None:
    # As the threads of FTS 3.13.4 do that have refused somebody, and as happens to the ban of another VO.
    mock.state.ban_storage(STORAGE, vo="othervo")
    result = fts("unban", "se", STORAGE, "--json", who="admin")
    assert json.loads(result.out) == {"storage": STORAGE, "banned": True}
    assert "still lists mock://a.example as banned for VO othervo (5 of 5 times)" in result.err


# --- the server ----------------------------------------------------------------------------------


def test_server_info_shows_versions(fts: Fts) -> None:
    assert "api         3.13.4\n" in fts("server", "info").out
    assert json.loads(fts("server", "info", "--json").out)["api"]["major"] == 3


def test_server_info_shows_several_versions_of_a_part(
    fts: Fts, monkeypatch: pytest.MonkeyPatch
) -> None:
    cores = [{"major": "3", "minor": "13", "patch": patch} for patch in ("4", "5")]
    body = json.dumps({"core": cores}).encode()
    monkeypatch.setattr(App, "_answer", lambda *_args, **_seen: Reply(status=200, body=body))
    assert "core        3.13.4, 3.13.5\n" in fts("server", "info").out


def test_hosts_and_their_load_are_shown(fts: Fts, job_id: str, mock: MockFTS) -> None:
    idle = fts("server", "hosts", "--is-active", who="admin")
    assert idle.code == 0
    mock.clock.advance(3)
    host = mock.state.job(job_id).files[0].transfer_host
    busy = fts("server", "hosts", "--is-active", who="admin")
    assert (busy.code, busy.out) == (11, f"{host}  2 active\n")
    assert json.loads(fts("server", "hosts", "--json", who="admin").out) == {host: {"active": 2}}
    other = fts("server", "hosts", "--host", "other.example", "--is-active", who="admin")
    assert (other.code, other.out) == (0, "other.example  idle\n")
