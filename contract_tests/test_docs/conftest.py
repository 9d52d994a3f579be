"""The server that stands for every server that the pages name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server_of_the_pages() -> Iterator[MockFTS]:
    with MockFTS(oauth2=True) as mock:
        yield mock


@pytest.fixture
def mock(server_of_the_pages: MockFTS) -> Iterator[MockFTS]:
    yield server_of_the_pages
    server_of_the_pages.reset()
