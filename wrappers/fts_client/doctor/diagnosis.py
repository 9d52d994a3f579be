"""Examine everything that transfers depend on, and say what is wrong and what to do.

Credential, identity, CA certificates, CRLs, connection, clock, identity at the server, delegation: each gives findings of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_client.clock import Clock
from fts_client.credentials import find_credential
from fts_client.doctor.credential import examine_credential
from fts_client.doctor.findings import Finding, finding, from_error
from fts_client.doctor.server import examine_server
from fts_client.doctor.trust import examine_trust
from fts_client.errors import FTSError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fts_client.credentials import TokenCredential, X509Credential
    from fts_client.transport.http_proxy import ProxyChoice


def examine(
    endpoint: str | None,
    *,
    credential: Callable[[], X509Credential | TokenCredential] = find_credential,
    ca_dir: Path | None = None,
    ca_file: Path | None = None,
    proxy: ProxyChoice = None,
    clock: Clock | None = None,
) -> Iterator[Finding]:
    """Examine credential, trust and server.

    Args:
        endpoint: Address of the REST interface; None to examine this machine only.
        credential: Function that gives the credential; by default it is found as grid tools find it.
        ca_dir: Directory with CA certificates; None: the usual places, unless `ca_file` is given.
        ca_file: Bundle of CA certificates, which replaces the usual places; None for none.
        proxy: HTTP proxy, as for `FTSClient`.
        clock: Where time comes from; None for that of this machine.

    Yields:
        Findings in the order in which they should be read; a `fail` further up may be the cause of those below.
    """
    clock = clock or Clock()
    now = clock.now()
    found: X509Credential | TokenCredential | None = None
    try:
        found = credential()
    except FTSError as error:
        yield from_error("credential", error)
    else:
        yield from examine_credential(found, now=now)
    trust = list(examine_trust(ca_dir, now=now)) if ca_dir or not ca_file else []
    yield from trust
    if endpoint is None:
        text = "not examined, because no server was named"
        yield finding("warn", "server", text, "give --endpoint, or set FTS_ENDPOINT")
    elif found is None:
        text = f"{endpoint} was not asked: there is no usable credential"
        yield finding("warn", "server", text)
    elif any(item.topic == "CA directory" and item.level == "fail" for item in trust):
        text = f"{endpoint} was not asked: there are no usable CA certificates"
        yield finding("warn", "server", text)
    else:
        yield from examine_server(
            endpoint, found, ca_dir=ca_dir, ca_file=ca_file, proxy=proxy, clock=clock
        )
