"""One client for each server and credential, shared by all threads of a program that talks to several."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self

from fts_client._fork import LockOwner
from fts_client.client import FTSClient
from fts_client.errors import FTSUsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike
    from types import TracebackType

    from fts_client.credentials import TokenCredential, X509Credential

__all__ = ["ClientPool"]


class ClientPool(LockOwner):
    """Clients by server and credential, for programs that run for long with many threads, several servers or several VOs.

        pool = ClientPool()
        pool.client("https://fts3-public.cern.ch:8446", "/tmp/x509up_atlas").submit(job)

    Ask for the client where you use it instead of keeping it: that costs next to nothing, and it is what makes a pool safe in
    programs that fork. A forked child gets clients of its own, with connections of its own.

    Args:
        make: Makes a client from an endpoint and `credential=`: `FTSClient`, or `partial(FTSClient, timeouts=...)` for clients
            with other settings.
        max_clients: How many clients are kept. Beyond that, the one that has not been asked for the longest is given up; its
            connections close when nothing uses it any more.

    Raises:
        FTSUsageError: `max_clients` is not positive.
    """

    def __init__(
        self, make: Callable[..., FTSClient] = FTSClient, *, max_clients: int = 100
    ) -> None:
        if max_clients < 1:
            raise FTSUsageError(f"max_clients must be at least 1, got {max_clients!r}")
        self._make = make
        self._max_clients = max_clients
        self._clients: dict[tuple[str, object], FTSClient] = {}
        self._closed = False
        self._own_lock()

    def client(
        self,
        endpoint: str,
        credential: X509Credential | TokenCredential | str | PathLike[str] | None = None,
    ) -> FTSClient:
        """Return the client of this process for a server and a credential, made at the first call.

        Args:
            endpoint: Address of the server.
            credential: As of `FTSClient`. A path always gives the same client, which follows the file when it is renewed; an object
                gives the client of this object. None: the credential found when the client is made.

        Returns:
            The client. Do not close it: other threads use it.

        Raises:
            FTSUsageError: The pool is closed, or the endpoint is not valid.
            CredentialError: There is no usable credential.
        """
        named: object = credential
        if isinstance(credential, str | os.PathLike):
            named = os.path.abspath(credential)  # noqa: PTH100 - a Path takes five times as long, at every request
        key = endpoint, named
        with self._lock:
            if self._closed:
                raise FTSUsageError("The pool of clients is closed.")
            client = self._clients.pop(key, None) or self._make(endpoint, credential=credential)
            self._clients[key] = client  # the last one is the one asked for last
            if len(self._clients) > self._max_clients:
                del self._clients[next(iter(self._clients))]
        return client

    def close(self) -> None:
        """Close all clients; the pool cannot be used afterwards."""
        with self._lock:
            self._closed = True
            clients = list(self._clients.values())
            self._clients.clear()
        for client in clients:
            client.close()

    def _after_fork(self) -> None:
        self._clients = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
