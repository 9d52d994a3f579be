"""Configuration rows in the database of the real server that no request of the file made.

Not every exchange with the real server is among the recordings. What an answer shows and no earlier request of
the file has mentioned was made by one of the others, and is put into the mock before that answer is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote

from fidelity.jobs_seen import records
from fts_contract.mock.cloud_accounts import CloudStorage
from fts_contract.mock.configuration import ActivityShares, Link, StorageConfig

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fidelity.recorded import Recording
    from fts_contract.mock.state import State


def _settings(state: State, vo: str, row: dict[str, Any]) -> None:
    if row:
        state.config.settings.setdefault(vo.lower(), row)


def _storage(state: State, name: str, row: dict[str, Any]) -> None:
    if name.lower() not in state.config.storages:
        limits = row.get("operations", {})
        state.config.put_storage(StorageConfig(name, info=row.get("se_info"), limits=limits))


def _activity(state: State, vo: str, row: dict[str, Any]) -> None:
    shares = ActivityShares(vo, (row["share"],), row["active"])
    state.config.activity_shares.setdefault(vo.lower(), shares)


def _cloud(state: State, name: str, row: dict[str, Any]) -> None:
    if state.config.clouds.find(name) is None:
        keys = ("app_key", "app_secret", "service_api_url")
        state.config.clouds.put(CloudStorage(name, **{key: row[key] for key in keys}))


def _link(state: State, name: str, row: dict[str, Any]) -> None:
    if state.config.link_named(name) is None:
        state.config.put_link(Link(**row))


def _grant(state: State, dn: str, row: dict[str, Any]) -> None:
    state.grant(dn, row["operation"])


_ROWS: Final[dict[str, tuple[str, Callable[[State, str, dict[str, Any]], None]]]] = {
    "/config/global": ("vo_name", _settings),
    "/config/se": ("", _storage),
    "/config/activity_shares": ("", _activity),
    "/config/cloud_storage": ("storage_name", _cloud),
    "/config/links": ("symbolicname", _link),
    "/config/authorize": ("dn", _grant),
}


class RowsOfAFile:
    """The rows of one file of recordings, arranged as the replay comes to them."""

    def __init__(self) -> None:
        self._mentioned: set[str] = set()

    def arrange(self, recording: Recording, state: State) -> None:
        """Add the rows that an answer shows and that nothing before it can have made.

        Args:
            recording: The next one.
            state: The memory of the mock.
        """
        if recording.method != "GET":
            self._mentioned.update(_names_in(recording))
            return
        if recording.status != 200:  # noqa: PLR2004
            return
        path = recording.path.partition("?")[0]
        answer = recording.answer
        if path not in _ROWS and isinstance(answer, dict):
            # One row of a list: its name is in the path.
            path, _, name = path.rpartition("/")
            answer = {unquote(name): answer}
        if path not in _ROWS:
            return
        key, insert = _ROWS[path]
        if isinstance(answer, dict):
            rows = list(answer.items())
        elif isinstance(answer, list):
            rows = [(row[key], row) for row in answer]
        else:
            return
        for name, row in rows:
            if name.lower() not in self._mentioned:
                insert(state, name, row)


def _names_in(recording: Recording) -> Iterator[str]:
    """Every text that a request may mean as a name."""
    path, _, query = recording.path.partition("?")
    yield unquote(path.rpartition("/")[2]).lower()
    yield from (value.lower() for _, value in parse_qsl(query))
    for record in records(recording.sent):
        yield from (text.lower() for text in (*record, *record.values()) if isinstance(text, str))
