from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fts_client import AsyncFTSClient, FTSClient
    from fts_contract.mock import MockFTS


def test_client_fixture_talks_to_the_mock(mock_fts_client: FTSClient, mock_fts: MockFTS) -> None:
    assert mock_fts_client.whoami().user_dn == mock_fts.caller("alice").user_dn


async def test_async_client_fixture_talks_to_the_mock(
    mock_fts_async_client: AsyncFTSClient, mock_fts: MockFTS
) -> None:
    who = await mock_fts_async_client.whoami()

    assert who.user_dn == mock_fts.caller("alice").user_dn
