"""What administrators do: ban, set limits, cancel everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fts_client import (
    AsyncFTSClient,
    FTSClient,
    FTSUsageError,
    Job,
    PermissionDeniedError,
    Transfer,
    X509Credential,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fts_contract.mock import MockFTS

STORAGE = "mock://a.example"
DN = "/DC=org/DC=example/CN=somebody"


@pytest.fixture
def client_of(mock_fts: MockFTS) -> Iterator[Callable[[str], FTSClient]]:
    made: list[FTSClient] = []

    def make(name: str) -> FTSClient:
        credential = X509Credential.from_file(mock_fts.credential(name))
        made.append(FTSClient(mock_fts.endpoint, credential=credential, ca_dir=mock_fts.ca_dir))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def admin(client_of: Callable[[str], FTSClient]) -> FTSClient:
    return client_of("admin")


def _submit(fts: FTSClient) -> str:
    return fts.submit(Job([Transfer(f"{STORAGE}/f", "mock://b.example/f?time=900")]))


def test_ban_se_cancels_jobs_and_refuses_new_ones_until_unban(
    mock_fts_client: FTSClient, admin: FTSClient
) -> None:
    job_id = _submit(mock_fts_client)
    assert admin.ban_se(STORAGE, message="broken") == [job_id]
    assert mock_fts_client.get_job(job_id).job_state == "CANCELED"
    (ban,) = admin.list_banned_se()
    assert (ban.se, ban.status, ban.message, ban.vo) == (STORAGE, "CANCEL", "broken", "testvo")
    with pytest.raises(PermissionDeniedError, match="banned"):
        _submit(mock_fts_client)
    admin.unban_se(STORAGE)
    assert admin.list_banned_se() == []
    _submit(mock_fts_client)


def test_ban_se_that_waits_and_allows_submissions_holds_files(
    mock_fts_client: FTSClient, admin: FTSClient
) -> None:
    admin.ban_se(STORAGE, status="wait", allow_submit=True)
    (file,) = mock_fts_client.list_job_files(_submit(mock_fts_client))
    assert file.file_state == "ON_HOLD"
    assert [ban.status for ban in admin.list_banned_se()] == ["WAIT_AS"]


def test_ban_dn_lists_and_ends(admin: FTSClient) -> None:
    assert admin.ban_dn(DN, message="lost laptop") == []
    (ban,) = admin.list_banned_dn()
    assert (ban.dn, ban.message) == (DN, "lost laptop")
    admin.unban_dn(DN)
    assert admin.list_banned_dn() == []


def test_set_se_config_keeps_limits_that_are_not_named(admin: FTSClient) -> None:
    admin.set_se_config(
        {STORAGE: {"se_info": {"inbound_max_active": 7, "outbound_max_active": 8}}}
    )
    admin.set_se_config(
        {STORAGE: {"se_info": {"inbound_max_active": 9}, "operations": {"testvo": {"staging": 3}}}}
    )
    entry = admin.get_se_config(STORAGE)[STORAGE].to_dict()
    assert entry["se_info"]["inbound_max_active"] == 9
    assert entry["se_info"]["outbound_max_active"] == 8
    assert entry["operations"] == {"testvo": {"staging": 3}}
    assert set(admin.get_se_config()) == {STORAGE}


def test_set_se_config_returns_what_the_server_answered(admin: FTSClient) -> None:
    limits = {"testvo": {"staging": 3}}
    info, operations = admin.set_se_config(
        {STORAGE: {"se_info": {"inbound_max_active": 7}, "operations": limits}}
    )
    assert info is not None
    assert (info["storage"], info["inbound_max_active"], operations) == (STORAGE, 7, limits)
    assert admin.set_se_config({STORAGE: {"operations": limits}}) == [None, limits]


def test_get_se_config_of_an_unknown_storage_is_empty(admin: FTSClient) -> None:
    assert admin.get_se_config("mock://unknown") == {}


def test_cancel_all_of_a_vo_counts_jobs_and_files(
    mock_fts_client: FTSClient, client_of: Callable[[str], FTSClient]
) -> None:
    job_id = _submit(mock_fts_client)
    counts = client_of("root").cancel_all(vo_name="testvo")
    assert (counts.affected_jobs, counts.affected_files) == (1, 1)
    assert mock_fts_client.get_job(job_id).job_state == "CANCELED"


def test_cancel_all_of_every_vo_leaves_nothing_open(
    mock_fts_client: FTSClient, client_of: Callable[[str], FTSClient]
) -> None:
    _submit(mock_fts_client)
    client_of("root").cancel_all()
    assert mock_fts_client.list_jobs() == []


@pytest.mark.parametrize(
    "call",
    [
        lambda fts: fts.ban_se(STORAGE),
        lambda fts: fts.ban_dn(DN),
        lambda fts: fts.list_banned_dn(),
        lambda fts: fts.set_se_config({STORAGE: {"se_info": {"inbound_max_active": 1}}}),
        lambda fts: fts.cancel_all(),
    ],
)
def test_administration_by_a_plain_user_is_refused(
    mock_fts_client: FTSClient, call: Callable[[FTSClient], Any]
) -> None:
    with pytest.raises(PermissionDeniedError):
        call(mock_fts_client)


@pytest.mark.parametrize(
    "call",
    [
        lambda fts: fts.ban_se(STORAGE, status="stop"),
        lambda fts: fts.ban_se(STORAGE, allow_submit=True),
        lambda fts: fts.ban_se(" "),
        lambda fts: fts.unban_dn(""),
        lambda fts: fts.set_se_config({}),
        lambda fts: fts.cancel_all(vo_name=""),
        lambda fts: fts.cancel_all(vo_name=".."),
        lambda fts: fts.cancel_all(vo_name=["testvo"]),
        lambda fts: fts.cancel_all(vo_name="\udcff"),
    ],
)
def test_administration_with_wrong_arguments_is_refused_before_anything_is_sent(
    admin: FTSClient, call: Callable[[FTSClient], Any]
) -> None:
    admin.close()
    with pytest.raises(FTSUsageError) as caught:
        call(admin)
    assert "closed" not in str(caught.value)


async def test_async_administration_does_the_same(mock_fts: MockFTS) -> None:
    credential = X509Credential.from_file(mock_fts.credential("admin"))
    async with AsyncFTSClient(
        mock_fts.endpoint, credential=credential, ca_dir=mock_fts.ca_dir
    ) as admin:
        await admin.ban_se(STORAGE)
        await admin.ban_dn(DN)
        assert [ban.se for ban in await admin.list_banned_se()] == [STORAGE]
        assert [ban.dn for ban in await admin.list_banned_dn()] == [DN]
        await admin.unban_se(STORAGE)
        await admin.unban_dn(DN)
        await admin.set_se_config({STORAGE: {"se_info": {"inbound_max_active": 7}}})
        entry = (await admin.get_se_config())[STORAGE]
        await admin.set_se_config({STORAGE: entry})
        assert await admin.list_banned_se() == []
