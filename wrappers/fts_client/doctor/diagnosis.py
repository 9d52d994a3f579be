"""Look at everything that a transfer needs to be allowed, and say what is wrong and what to do.

Credential, identity, CA certificates, CRLs, connection, clock, identity at the server, delegation: each gives findings of its own, and
none stops the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from fts_client.credentials.discovery import find_credential
from fts_client.doctor.credential import AnyCredential, of_credential
from fts_client.doctor.findings import Finding, Level, from_error, warn
from fts_client.doctor.server import of_clock, of_server
from fts_client.doctor.trust import of_trust
from fts_client.errors import FTSError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fts_client.clock import Clock

__all__ = ["Finding", "Level", "Patient", "examine", "of_clock", "of_credential", "of_trust"]


@attrs.frozen(kw_only=True)
class Patient:
    """What to examine.

    Attributes:
        endpoint: Address of the REST interface; None to look at this machine only.
        credential: Gives the credential; None: found as grid tools find it.
        ca_dir: Directory with CA certificates; None: the usual places.
        ca_file: Bundle of CA certificates; with it the usual places do not count.
        clock: Where time comes from.
    """

    endpoint: str | None
    credential: Callable[[], AnyCredential] | None = None
    ca_dir: Path | None = None
    ca_file: Path | None = None
    clock: Clock


def examine(patient: Patient) -> Iterator[Finding]:
    """Examine credential, trust and server.

    Args:
        patient: What to examine.

    Yields:
        Findings in the order in which they should be read; a `fail` further up may be the cause of those below.
    """
    now = patient.clock.now()
    credential: AnyCredential | None = None
    try:
        credential = (patient.credential or find_credential)()
    except FTSError as error:
        yield from_error("credential", error)
    else:
        yield from of_credential(credential, now=now)
    trust = (
        list(of_trust(patient.ca_dir, now=now)) if patient.ca_dir or not patient.ca_file else []
    )
    yield from trust
    if patient.endpoint is None:
        text = "no server was named, so it was not asked"
        yield warn("server", text, "give --endpoint, or set FTS_ENDPOINT")
    elif credential is None:
        text = f"{patient.endpoint} was not asked: there is no usable credential"
        yield Finding(level="warn", topic="server", text=text)
    elif any(finding.topic == "CA directory" and finding.level == "fail" for finding in trust):
        text = f"{patient.endpoint} was not asked: there are no usable CA certificates"
        yield Finding(level="warn", topic="server", text=text)
    else:
        yield from of_server(
            patient.endpoint,
            credential,
            ca_dir=patient.ca_dir,
            ca_file=patient.ca_file,
            clock=patient.clock,
        )
