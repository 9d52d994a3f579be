"""Settings of the server: how they are given, and what each of them changes."""

from __future__ import annotations

import json
import re
import shutil
import ssl
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import httpx
import pytest

from fts_contract.mock import MockFTS
from fts_contract.mock.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

COMMAND = [
    sys.executable,
    "-W",
    "error",
    "-c",
    "import typer; from fts_contract.commands import mock; typer.run(mock)",
]
DOCS = Path(__file__).resolve().parents[2] / "docs" / "mock.md"
SOURCE, DEST = "mock://a.org/f", "mock://b.org/f"


def job(*, params: dict[str, Any] | None = None, **file: Any) -> dict[str, Any]:
    return {
        "files": [{"sources": [SOURCE], "destinations": [DEST], **file}],
        "params": params or {},
    }


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        ({"check_duplicates": True}, "check_duplicates", True),
        ({"CheckDuplicates": "yes"}, "check_duplicates", True),
        ({"overwrite-hop-validation": "off"}, "overwrite_hop_validation", False),
        ({"PathLimit": "0"}, "path_limit", 0),
        ({"authorized_vo": "testvo"}, "authorized_vo", "testvo"),
    ],
)
def test_setting_is_given_by_name_and_value(given: dict[str, Any], name: str, value: Any) -> None:
    mock = MockFTS(settings=given, time_scale=0)

    assert getattr(mock.state.settings, name) == value


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"duplicates": True},
            "unknown setting 'duplicates'; expected one of job_metadata_limit,",
        ),
        ({"check_duplicates": "perhaps"}, "check_duplicates: expected true or false, got"),
        ({"check_duplicates": 1}, "check_duplicates: expected true or false, got 1"),
        ({"path_limit": "long"}, "path_limit: expected a whole number, got 'long'"),
        ({"path_limit": -1}, "path_limit: expected 0 or more, got -1"),
        (
            {"public_levels": "vo:fly"},
            "public_levels: expected all:, vo: or : and one of transfer",
        ),
        ({"role_levels": "all:config"}, "role_levels: expected role=level:operation"),
    ],
)
def test_invalid_setting_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        MockFTS(settings=given)


def test_reset_restores_the_settings_of_the_start() -> None:
    mock = MockFTS(settings={"path_limit": 100}, time_scale=0)
    mock.state.change_settings(path_limit=200, check_duplicates=True)
    assert (mock.state.settings.path_limit, mock.state.settings.check_duplicates) == (200, True)

    mock.reset()

    assert (mock.state.settings.path_limit, mock.state.settings.check_duplicates) == (100, False)


def test_documentation_lists_every_setting_with_its_default() -> None:
    listed = dict(
        re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", DOCS.read_text("utf-8"), re.MULTILINE)
    )
    defaults = {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in attrs.asdict(Settings()).items()
    }

    assert listed == defaults


def test_command_takes_settings(mock: MockFTS, tmp_path: Path) -> None:
    mock.pki.complete()
    shutil.copytree(mock.pki.directory, tmp_path / "pki")
    arguments = ["--port", "0", "--pki", str(tmp_path / "pki")]
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [*COMMAND, *arguments, "--setting", "optimizer=false", "--setting", "PathLimit=12"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            ready = json.loads(process.stdout.readline())
            context = ssl.create_default_context(cafile=ready["ca_file"])
            with httpx.Client(verify=context, trust_env=False) as client:
                enabled = client.get(f"{ready['endpoint']}/optimizer")
                too_long = client.get(f"{ready['endpoint']}/optimizer/current")
        finally:
            process.terminate()

    assert enabled.json() is False
    assert too_long.status_code == 404


@pytest.mark.parametrize("given", ["nosuch=1", "optimizer", "optimizer=maybe"])
def test_command_with_a_bad_setting_exits_with_2(given: str) -> None:
    done = subprocess.run(  # noqa: S603
        [*COMMAND, "--port", "0", "--setting", given],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert given.partition("=")[0] in done.stderr
    assert "Traceback" not in done.stderr


def test_metadata_limit_of_zero_is_none(alice: httpx.Client, mock: MockFTS) -> None:
    large = {"k": "x" * 5000}
    assert alice.post("/jobs", json=job(metadata=large)).status_code == 400

    mock.state.change_settings(file_metadata_limit=0)

    assert alice.post("/jobs", json=job(metadata=large)).status_code == 200


@pytest.mark.parametrize(("limit", "count", "status"), [(4060, 110, 404), (0, 400, 207)])
def test_apache_limits_the_path_and_a_server_without_it_takes_400_ids(
    alice: httpx.Client, mock: MockFTS, limit: int, count: int, status: int
) -> None:
    mock.state.change_settings(path_limit=limit)
    ids = ",".join(f"{number:08}-0000-11f1-8000-02fc00000001" for number in range(count))

    assert alice.get(f"/jobs/{ids}").status_code == status


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_private_level_forbids_jobs_of_the_same_vo_with_the_shape_of_bulk_answers(
    alice: httpx.Client, connect: Callable[..., httpx.Client], mock: MockFTS, method: str
) -> None:
    mock.state.change_settings(public_levels=":transfer")
    job_id = alice.post("/jobs", json=job()).json()["job_id"]
    bob = connect("bob")

    answer = bob.request(method, f"/jobs/{job_id}")

    assert (answer.status_code, answer.json()) == (
        403,
        {
            "job_id": job_id,
            "http_status": "403 Forbidden",
            "http_message": f'Not enough permissions to check the job "{job_id}"',
        },
    )
    assert alice.get(f"/jobs/{job_id}").status_code == 200
    assert alice.get("/whoami").json()["level"]["transfer"] == ""


def test_private_level_lists_what_the_delegation_id_owns(
    alice: httpx.Client, connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    own = alice.post("/jobs", json=job()).json()["job_id"]
    other = mock.state.add_job(owner="bob").job_id
    assert {j["job_id"] for j in alice.get("/jobs").json()} == {own, other}

    mock.state.change_settings(public_levels=":transfer")

    assert [j["job_id"] for j in alice.get("/jobs").json()] == [own]
    assert [f["job_id"] for f in alice.get("/files").json()] == [own]
    assert [j["job_id"] for j in connect("bob").get("/jobs").json()] == [other]


def test_levels_decide_who_may_submit_and_configure(
    alice: httpx.Client, connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    mock.state.change_settings(public_levels="", role_levels="production=vo:transfer;all:config")

    assert alice.post("/jobs", json=job()).status_code == 200
    assert alice.get("/config/links").status_code == 200
    assert connect("bob").get("/jobs").status_code == 403
    assert connect("admin").get("/config/links").status_code == 403


def test_role_may_have_several_levels(mock: MockFTS, connect: Callable[..., httpx.Client]) -> None:
    mock.state.change_settings(role_levels="lcgadmin=all:config;lcgadmin=all:transfer")

    assert connect("admin").get("/whoami").json()["level"] == {
        "transfer": "all",
        "deleg": "vo",
        "datamanagement": "all",
        "config": "all",
    }


def test_user_of_an_unauthorized_vo_gets_a_page(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    mock.state.change_settings(authorized_vo="othervo, testvo")
    assert connect("bob").get("/whoami").status_code == 200

    answer = connect("bob-novoms").get("/whoami")

    assert answer.status_code == 403
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert connect("anonymous").get("/whoami").status_code == 200


def test_hop_flag_without_multihop_is_taken_when_it_is_not_validated(
    alice: httpx.Client, mock: MockFTS
) -> None:
    sent = job(params={"overwrite_hop": True})
    assert alice.post("/jobs", json=sent).status_code == 400

    mock.state.change_settings(overwrite_hop_validation=False)

    job_id = alice.post("/jobs", json=sent).json()["job_id"]
    assert alice.get(f"/jobs/{job_id}").json()["overwrite_flag"] == "M"


def test_destination_in_use_is_409_when_duplicates_are_checked(
    alice: httpx.Client, mock: MockFTS
) -> None:
    mock.state.change_settings(check_duplicates=True)
    first = alice.post("/jobs", json=job()).json()["job_id"]

    answer = alice.post("/jobs", json=job())

    assert answer.status_code == 409
    assert answer.json()["message"].startswith(f"The submission is duplicated: {DEST} ")
    assert alice.get(f"/jobs/{first}/files").json()[0]["dest_surl_uuid"] is not None


@pytest.mark.parametrize("end", ["cancel", "finish", "ban"])
def test_destination_is_free_again_when_its_transfer_has_ended(
    alice: httpx.Client, connect: Callable[..., httpx.Client], mock: MockFTS, end: str
) -> None:
    mock.state.change_settings(check_duplicates=True)
    first = alice.post("/jobs", json=job()).json()["job_id"]
    if end == "cancel":
        alice.delete(f"/jobs/{first}")
    elif end == "ban":
        connect("admin").post("/ban/se", json={"storage": "mock://a.org"})
        connect("admin").delete("/ban/se", params={"storage": "mock://a.org"})
    else:
        mock.clock.advance(60)

    assert alice.post("/jobs", json=job()).status_code == 200
    assert alice.get(f"/jobs/{first}/files").json()[0]["dest_surl_uuid"] is None


def test_duplicates_are_taken_unless_they_are_checked(alice: httpx.Client) -> None:
    assert [alice.post("/jobs", json=job()).status_code for _ in range(2)] == [200, 200]


@pytest.mark.parametrize(("delta", "status"), [(3600, 400), (3540, 200), (0, 200)])
def test_staging_must_end_before_the_job_expires(
    alice: httpx.Client, mock: MockFTS, delta: int, status: int
) -> None:
    mock.state.change_settings(bring_online_and_expiration_delta=delta)

    answer = alice.post("/jobs", json=job(params={"bring_online": 60, "max_time_in_queue": 1}))

    assert answer.status_code == status
    if status == 400:
        assert answer.json()["message"] == (
            "Bringonline and Expiration timeout must be at least 3600 seconds apart"
        )


@pytest.mark.parametrize(
    ("scope", "method"), [("openid", "unauthenticated"), ("offline_access", "oauth2")]
)
def test_online_validation_wants_offline_access(
    connect: Callable[..., httpx.Client], scope: str, method: str
) -> None:
    with MockFTS(oauth2=True, settings={"online_token_validation": True}) as mock:
        token = mock.token(scope=scope)
        answer = connect("anonymous", to=mock).get(
            "/whoami", headers={"Authorization": f"Bearer {token}"}
        )

    assert answer.json()["method"] == method


def test_unmanaged_tokens_are_a_setting() -> None:
    mock = MockFTS(oauth2=True, settings={"NonManagedTokens": True}, time_scale=0)

    assert mock.state.oauth2 is not None
    assert mock.state.oauth2.allows_unmanaged
