"""The certificate of the caller, as the server received it."""

from __future__ import annotations

import re
from hashlib import sha1, sha256
from typing import TYPE_CHECKING, Final

from fts_contract.harness.probes.answers import record, same
from fts_contract.harness.probes.fault import Fault, NotApplicableError
from fts_contract.harness.probes.probe import Probe
from fts_contract.harness.sending.certificates import read_certificates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.conversation import Conversation

__all__ = ["PROBES"]

_ATTRIBUTES: Final = bytes.fromhex("060a2b06010401be45646405")
"""The attribute certificates of VOMS, in a proxy."""
_TEXT: Final = re.compile(rb"\x04([\x01-\x7f]|\x81[\x80-\xff])(?=/)", re.DOTALL)
"""The tag and the length of an octet string that begins with a slash."""


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


def _attributes(talk: Conversation) -> Iterator[Fault]:
    """Source: `voms_cred` as observed on FTS 3.13.4: in the order of the attribute certificate, on which the id depends."""
    callers = [talk, *(talk.of(other) for other in talk.others if other.identity is not None)]
    for caller in callers:
        if caller.credential.kind != "certificate":
            continue
        fqans = _fqans(caller.credential.path.read_bytes())
        answer = caller.ask("GET", "/whoami")
        shown = record(answer)
        if not fqans or not isinstance(shown.get("user_dn"), str):
            continue
        yield from same(answer, "voms_cred", shown.get("voms_cred"), fqans)
        text = f"{shown['user_dn']}{''.join(fqans)}".encode()
        digest = sha1(text, usedforsecurity=False).hexdigest()[:16]
        yield from same(answer, "delegation_id", shown.get("delegation_id"), digest)


def _fqans(pem: bytes) -> list[str]:
    """Find the attributes in the first certificate that has some: octet strings that begin with a slash, in their order."""
    for certificate in read_certificates(pem):
        _, found, value = certificate.der.partition(_ATTRIBUTES)
        if found:
            texts = [value[at.end() : at.end() + at[1][-1]] for at in _TEXT.finditer(value)]
            return [text.decode("latin-1") for text in texts if b"/Capability=" in text]
    return []


def _fingerprints(pem: bytes) -> list[str]:
    return [sha256(certificate.der).hexdigest()[:16] for certificate in read_certificates(pem)]


PROBES = (
    Probe(
        check="attributes-in-order",
        meaning="the server shows other VO attributes than the certificate has, or in another order",
        operations=("whoami", "get_delegation"),
        profile="safe",
        run=_attributes,
    ),
    Probe(
        check="certificate-echo",
        meaning="GET /whoami/certificate returns other certificates than the caller sent, or not all of them",
        operations=("get_certificate",),
        profile="safe",
        run=_echo,
    ),
)
