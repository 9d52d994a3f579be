"""The certificate of the caller, as the server received it."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from fts_contract.harness.probes.answers import same
from fts_contract.harness.probes.fault import Fault, NotApplicableError
from fts_contract.harness.probes.probe import Probe
from fts_contract.harness.sending.certificates import read_certificates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.conversation import Conversation

__all__ = ["PROBES"]


def _echo(talk: Conversation) -> Iterator[Fault]:
    """Source: GET /whoami/certificate as observed on FTS 3.13.4: the certificates of the handshake, in their order.

    A TLS library may send more certificates than the file contains, but only after those.
    """
    if talk.credential.kind != "certificate":
        raise NotApplicableError("the caller uses a token, not a certificate")
    if not talk.session.base_url.startswith("https:"):
        raise NotApplicableError("without TLS the server cannot identify callers")
    answer = talk.ask("GET", "/whoami/certificate")
    if answer.status != 200:  # noqa: PLR2004 - judged by the checks of answers
        return
    sent = _fingerprints(talk.credential.path.read_bytes())
    try:
        got = _fingerprints(answer.body)
    except ValueError as error:
        yield Fault(answer, f"the certificates cannot be read ({error})", "certificates")
        return
    yield from same(answer, "certificates", got[: len(sent)], sent, after="the handshake")


def _fingerprints(pem: bytes) -> list[str]:
    return [sha256(certificate.der).hexdigest()[:16] for certificate in read_certificates(pem)]


PROBES = (
    Probe(
        check="certificate-echo",
        meaning="GET /whoami/certificate returns other certificates than the caller sent, or not all of them",
        operations=("get_certificate",),
        profile="safe",
        run=_echo,
    ),
)
