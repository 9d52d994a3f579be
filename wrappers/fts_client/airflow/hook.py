"""The connection type `fts`: from a connection of Airflow to clients."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import attrs
from airflow.sdk import BaseHook

from fts_client.async_client import AsyncFTSClient
from fts_client.client import FTSClient
from fts_client.credentials import TokenCredential
from fts_client.credentials.secret_files import read_file
from fts_client.errors import CredentialError, FTSError, FTSUsageError
from fts_client.transport.endpoint import checked_endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow.sdk import Connection

__all__ = ["Access", "FTSHook"]

_PORT = 8446
_MONITOR_PORT = 8449
_FIELDS = {"credential", "ca_dir", "monitor"}


@attrs.frozen(kw_only=True)
class Access:
    """What a connection says: where the server is, and as whom to use it.

    Attributes:
        endpoint: Address of the REST interface.
        monitor: Address of its web monitor.
        credential: Path of a proxy, or of a file with a bearer token; both are read again when they have changed. None: searched for
            as grid tools do, unless there is a token.
        token: A bearer token, or None.
        ca_dir: Directory with the CA certificates; None: the usual places.
    """

    endpoint: str
    monitor: str
    credential: str | None = None
    token: str | None = attrs.field(default=None, repr=False)
    ca_dir: str | None = None

    @classmethod
    def of(cls, connection: Connection) -> Access:
        """Read a connection.

        Raises:
            FTSUsageError: It names no host, or several credentials, or a field cannot be used.
        """
        extra = _extra(connection)
        host, path, port = _address(connection)
        # Not called "proxy" or "token": Airflow masks the values of such fields, and errors are to show this path.
        credential, token = extra.get("credential") or None, connection.password or None
        if credential and token:
            raise FTSUsageError(
                f"Connection {connection.conn_id!r} has both a credential file and a token",
                remedy="Leave one of them out.",
            )
        return cls(
            endpoint=checked_endpoint(f"https://{host}:{port}{path}"),
            monitor=extra.get("monitor") or f"https://{host}:{_MONITOR_PORT}/fts3/ftsmon",
            credential=credential,
            token=token,
            ca_dir=extra.get("ca_dir") or None,
        )

    def _arguments(self) -> dict[str, Any]:
        credential: TokenCredential | str | None = self.credential
        if self.token:
            credential = TokenCredential(self.token)
        elif self.credential and _holds_token(self.credential):
            credential = TokenCredential.from_file(self.credential)
        return {"credential": credential, "ca_dir": self.ca_dir}

    def client(self) -> FTSClient:
        """Make a client; close it, or use it with `with`. Raises CredentialError when there is no usable credential."""
        return FTSClient(self.endpoint, **self._arguments())

    def async_client(self) -> AsyncFTSClient:
        """Make an asynchronous client, likewise."""
        return AsyncFTSClient(self.endpoint, **self._arguments())

    @contextmanager
    def session(self) -> Iterator[FTSClient]:
        """Open a client for a task; when the credential fails, the error says where to look."""
        try:
            with self.client() as fts:
                yield fts
        except CredentialError as error:
            error.remedy = f"{error.remedy or ''} `fts doctor --endpoint {self.endpoint}` on this worker checks it.".lstrip()
            raise

    def job_page(self, job_id: str) -> str:
        """Give the address of the page of a job in the web monitor."""
        return f"{self.monitor.rstrip('/')}/#/job/{job_id}"


def _extra(connection: Connection) -> dict[str, str | None]:
    """Read the fields of our own; a misspelt one would be another identity, or another trust, than was meant."""
    # Not by Airflow, which takes what is not JSON for nothing.
    try:
        extra = json.loads(connection.extra or "{}") or {}
        wrong = [
            name
            for name, value in extra.items()
            if name not in _FIELDS
            or not isinstance(value, str | None)
            or (name == "monitor" and "@" in (value or ""))
        ]
    except (ValueError, TypeError, AttributeError, RecursionError):
        wrong = ["not a JSON object"]
    if wrong:
        raise FTSUsageError(
            f"The extra fields of connection {connection.conn_id!r} cannot be used: {', '.join(wrong)}",
            remedy="Give texts for credential, ca_dir and monitor (a URL without a user), and nothing else.",
        )
    fields: dict[str, str | None] = extra
    return fields


def _address(connection: Connection) -> tuple[str, str, int]:
    """Take host, path and port from a connection, whose host may be a whole address."""
    host = str(connection.host or "").strip()
    if not host:
        raise FTSUsageError(
            f"Connection {connection.conn_id!r} names no host",
            remedy="Enter the host of the FTS server, for instance fts3-public.cern.ch.",
        )
    parts = urlsplit(checked_endpoint(host if "://" in host else f"https://{host}"))
    name = parts.hostname or ""
    return f"[{name}]" if ":" in name else name, parts.path, connection.port or parts.port or _PORT


def _holds_token(path: str) -> bool:
    data, _ = read_file(Path(path), what="credential file", secret=None)
    return b"-----BEGIN" not in data


class FTSHook(BaseHook):
    """Makes clients from a connection of type `fts`.

        with FTSHook("fts_default").client() as fts:
            print(fts.whoami().user_dn)

    Args:
        fts_conn_id: The connection.
    """

    conn_name_attr = "fts_conn_id"
    default_conn_name = "fts_default"
    conn_type = "fts"
    hook_name = "FTS"

    def __init__(self, fts_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.fts_conn_id = fts_conn_id

    def access(self) -> Access:
        """Read the connection. Raises FTSUsageError when it cannot be used."""
        return Access.of(self.get_connection(self.fts_conn_id))

    async def async_access(self) -> Access:
        """Read the connection in an event loop, likewise."""
        return Access.of(await self.aget_connection(self.fts_conn_id))

    def client(self) -> FTSClient:
        """Make a client; close it, or use it with `with`.

        Raises:
            FTSUsageError: The connection cannot be used.
            CredentialError: There is no usable credential.
        """
        return self.access().client()

    async def async_client(self) -> AsyncFTSClient:
        """Make an asynchronous client in an event loop, likewise."""
        return (await self.async_access()).async_client()

    get_conn = client

    def test_connection(self) -> tuple[bool, str]:
        """Ask the server who we are: the button "Test" of the form."""
        try:
            with self.client() as fts:
                me = fts.whoami()
        except FTSError as error:
            return False, str(error)
        return me.user_dn != "anon", f"{fts.endpoint} takes us for {me.user_dn}"
