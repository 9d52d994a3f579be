"""The connection type `fts`: from a connection of Airflow to clients."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import attrs
from airflow.sdk import BaseHook

from fts_client.async_client import AsyncFTSClient
from fts_client.client import FTSClient
from fts_client.credentials import TokenCredential
from fts_client.errors import CredentialError, FTSError, FTSUsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow.sdk import Connection

__all__ = ["Access", "FTSHook"]

_PORT = 8446
_MONITOR_PORT = 8449


@attrs.frozen(kw_only=True)
class Access:
    """Where a server is, and who we are there; what a connection says.

    Attributes:
        endpoint: Address of the REST interface.
        monitor: Address of its web monitor.
        proxy: Path of a proxy file; None: searched for as grid tools do, unless there is a token.
        token: A bearer token, or None.
        token_file: Path of a file with a bearer token, which is read again for every request; or None.
        ca_dir: Directory with the CA certificates; None: the usual places.
    """

    endpoint: str
    monitor: str
    proxy: str | None = None
    token: str | None = attrs.field(default=None, repr=False)
    token_file: str | None = None
    ca_dir: str | None = None

    @classmethod
    def of(cls, connection: Connection) -> Access:
        """Read a connection.

        Raises:
            FTSUsageError: It names no host, or several credentials.
        """
        extra = connection.extra_dejson
        address = urlsplit(f"//{(connection.host or '').removeprefix('https://')}")
        host = address.hostname
        if not host:
            raise FTSUsageError(
                f"Connection {connection.conn_id!r} names no host",
                remedy="Enter the host of the FTS server, for instance fts3-public.cern.ch.",
            )
        named = {
            "proxy": extra.get("proxy") or None,
            "token": connection.password or None,
            "token_file": extra.get("token_file") or None,
        }
        if len([value for value in named.values() if value]) > 1:
            raise FTSUsageError(
                f"Connection {connection.conn_id!r} has more than one of proxy file, token and token file"
            )
        return cls(
            endpoint=f"https://{host}:{connection.port or address.port or _PORT}",
            monitor=extra.get("monitor") or f"https://{host}:{_MONITOR_PORT}/fts3/ftsmon",
            ca_dir=extra.get("ca_dir") or None,
            **named,
        )

    def _arguments(self) -> dict[str, Any]:
        credential: TokenCredential | str | None = self.proxy
        if self.token:
            credential = TokenCredential(self.token)
        elif self.token_file:
            credential = TokenCredential.from_file(self.token_file)
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
