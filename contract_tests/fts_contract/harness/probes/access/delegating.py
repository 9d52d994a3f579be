"""Delegation from the certificate request to the end of the credential. It replaces the delegated credential of the caller."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import attrs
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from fts_contract.harness.probes.answers import has_status, keeps, record, same
from fts_contract.harness.probes.fault import Fault, NotApplicableError
from fts_contract.harness.probes.probe import Probe
from fts_contract.harness.sending.certificates import read_certificates
from fts_contract.harness.sending.proxy_signing import (
    CannotSignError,
    sign_as_impostor,
    sign_request,
)
from fts_contract.harness.sending.safety import UNKNOWN_DELEGATION_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["PROBES"]

_SHORTEST_KEY = 2048
_NO_DELEGATION = 419


def _round_trip(talk: Conversation) -> Iterator[Fault]:
    """Source: "Delegation" as observed on FTS 3.13.4."""
    request = _request(talk)
    yield from _is_request(talk, request)
    again = _request(talk)
    yield from same(again, "request", again.body, request.body, after="the same request")
    attributes = record(talk.ask("GET", "/whoami")).get("voms_cred")
    wanted = [" ".join(map(str, attributes))] if isinstance(attributes, list) else None
    try:
        # A shorter credential replaces a longer one.
        for method, hours in (("PUT", 6), ("POST", 3)):
            pem = _signed(talk, request, timedelta(hours=hours))
            answer = _hand_over(talk, pem, method=method)
            yield from has_status(answer, 201)
            if answer.status != 201:  # noqa: PLR2004 - what follows would only repeat it
                return
            info = talk.ask("GET", _path(talk))
            due = {"termination_time": _end(pem), "voms_attrs": wanted}
            yield from keeps(info, record(info), due, after="a delegation")
        for minutes in (30, -10):
            _hand_over(talk, _signed(talk, request, timedelta(minutes=minutes)))
            answer = _submission(talk)
            after = f"a delegation for {minutes} minutes"
            yield from has_status(answer, _NO_DELEGATION, after=after)
    finally:
        talk.delegate()


def _is_request(talk: Conversation, answer: Exchange) -> Iterator[Fault]:
    try:
        request = x509.load_pem_x509_csr(answer.body)
        valid, key = request.is_signature_valid, request.public_key()
    except (ValueError, TypeError) as error:
        yield Fault(answer, f"the request cannot be read ({error})", "request")
        raise NotApplicableError("the certificate request cannot be read") from error
    if not valid:
        yield Fault(answer, "the request is not signed with its own key", "signature")
    size = key.key_size if isinstance(key, rsa.RSAPublicKey) else 0
    if size < _SHORTEST_KEY:
        yield Fault(
            answer,
            f"the key has {size} bits, expected an RSA key of at least {_SHORTEST_KEY}",
            "key",
        )
    got = answer.headers.get("x-delegation-id")
    yield from same(answer, "X-Delegation-ID", got, talk.identity.delegation_id)


def _refusals(talk: Conversation) -> Iterator[Fault]:
    """Source: the table of checks as observed on FTS 3.13.4; that the caller must have signed the proxy is the safe rule."""
    request = _request(talk)
    good = _signed(talk, request, timedelta(hours=5))
    if _hand_over(talk, good).status != 201:  # noqa: PLR2004
        talk.delegate()
        raise NotApplicableError(
            "the server accepts no credential, as delegation-round-trip tells"
        )
    kept: Any = _end(good)
    try:
        for what, pem in (
            ("garbage", "no certificate"),
            ("a request in place of a credential", request.body.decode("latin-1")),
            ("a credential without its chain", _first(good)),
            ("a credential for another key", _signed(talk, _own_request(), timedelta(hours=4))),
            ("a credential that somebody else signed", _impostor(talk, request)),
            ("a credential with an altered signature", _altered(good)),
        ):
            answer = _hand_over(talk, pem)
            yield from has_status(answer, 400, 403, after=what)
            info = talk.ask("GET", _path(talk))
            end = record(info).get("termination_time")
            yield from same(info, "termination_time", end, kept, after=what)
            # Report a credential that was accepted once, not again for each later one.
            kept = end
    finally:
        talk.delegate()


def _foreign(talk: Conversation) -> Iterator[Fault]:
    """Source: the same; no one may use the delegation id of someone else."""
    path = f"/delegation/{UNKNOWN_DELEGATION_ID}"
    for method, target in (
        ("GET", path),
        ("GET", f"{path}/request"),
        ("PUT", f"{path}/credential"),
        ("DELETE", path),
    ):
        data = b"no certificate" if method == "PUT" else None
        answer = talk.ask(method, target, data=data, intent="invalid")
        yield from has_status(answer, 403, after="a request for the delegation id of another")


def _removal(talk: Conversation) -> Iterator[Fault]:
    """Source: the same; without a credential no job is accepted, and the certificate request stays valid."""
    request = _request(talk)
    if talk.ask("GET", _path(talk)).json in (None, []):
        raise NotApplicableError("the caller has delegated no credential")
    pem = _signed(talk, request, timedelta(hours=5))
    try:
        _hand_over(talk, pem)
        # Refused where less than an hour of the caller's own credential is left.
        usual = _submission(talk).status
        yield from has_status(talk.ask("DELETE", _path(talk)), 204)
        info = talk.ask("GET", _path(talk))
        if info.status != 200 or info.json not in (None, []):  # noqa: PLR2004
            yield Fault(info, "the credential is still there, after a delete", "termination_time")
        yield from has_status(talk.ask("DELETE", _path(talk)), 404, after="a delete")
        yield from has_status(
            _submission(talk), _NO_DELEGATION, after="a delete of the credential"
        )
        unlinked = talk.ask("POST", "/dm/unlink", json={"surl": f"{talk.storage('gone')}/file"})
        yield from has_status(unlinked, _NO_DELEGATION, after="a delete of the credential")
        # Not asked for again before, because that could make a new one.
        yield from has_status(_hand_over(talk, pem), 201, after="a delete of the credential")
        info = talk.ask("GET", _path(talk))
        after = "a delete and a new delegation"
        yield from keeps(info, record(info), {"termination_time": _end(pem)}, after=after)
        yield from has_status(_submission(talk), usual, after=after)
        again = _request(talk)
        yield from same(again, "request", again.body, request.body, after=after)
    finally:
        talk.delegate()


def _request(talk: Conversation) -> Exchange:
    if talk.credential.kind != "certificate":
        raise NotApplicableError("the caller uses a token, which is not delegated")
    _need_own(talk)
    answer = talk.ask("GET", f"{_path(talk)}/request")
    if answer.status != 200:  # noqa: PLR2004
        raise NotApplicableError(
            f"the server sent no certificate request (status {answer.status})"
        )
    return answer


def _need_own(talk: Conversation) -> None:
    if talk.session.lock("DELETE", _path(talk), None):
        raise NotApplicableError(
            "the delegated credential of the caller ends after the certificate, so it could not be put back"
        )


def _path(talk: Conversation) -> str:
    return f"/delegation/{talk.identity.delegation_id}"


def _hand_over(talk: Conversation, pem: str, *, method: str = "PUT") -> Exchange:
    headers = {"Content-Type": "application/x-pem-file"}
    return talk.ask(method, f"{_path(talk)}/credential", data=pem.encode(), headers=headers)


def _submission(talk: Conversation) -> Exchange:
    answer = talk.ask("POST", "/jobs", json={"files": [talk.file("delegation")]})
    job_id = record(answer).get("job_id")
    if isinstance(job_id, str):
        talk.undo("DELETE", f"/jobs/{job_id}")
    return answer


def _signed(talk: Conversation, request: Exchange | bytes, lifetime: timedelta) -> str:
    pem = request if isinstance(request, bytes) else request.body
    try:
        return sign_request(pem, talk.credential, lifetime=lifetime)
    except CannotSignError as error:
        raise NotApplicableError(f"the request cannot be signed ({error})") from error


def _impostor(talk: Conversation, request: Exchange) -> str:
    try:
        return sign_as_impostor(request.body, talk.credential)
    except CannotSignError as error:
        raise NotApplicableError(f"the request cannot be signed ({error})") from error


def _altered(pem: str) -> str:
    """Change the last bit of the first certificate, which is part of its signature."""
    first, *rest = read_certificates(pem.encode())
    der = bytearray(first.der)
    der[-1] ^= 1
    return "".join(one.pem for one in (attrs.evolve(first, der=bytes(der)), *rest))


def _own_request() -> bytes:
    key = rsa.generate_private_key(65537, _SHORTEST_KEY)
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _end(pem: str) -> str:
    """Get the end of a chain: that of the certificate that ends first."""
    ends = min(certificate.ends for certificate in read_certificates(pem.encode()))
    return ends.strftime("%Y-%m-%dT%H:%M:%S")


def _first(pem: str) -> str:
    return pem[: pem.index("-----END CERTIFICATE-----")] + "-----END CERTIFICATE-----\n"


_HAND_OVER = ("set_delegation_credential", "set_delegation_credential_post")

PROBES = (
    Probe(
        check="delegation-round-trip",
        meaning="the certificate request is unsound, or the delegated credential does not end when it should",
        operations=("get_delegation", "get_delegation_request", *_HAND_OVER),
        run=_round_trip,
    ),
    Probe(
        check="delegation-refused",
        meaning="a credential that is unreadable, for another key or not signed by the caller is accepted",
        operations=("get_delegation", *_HAND_OVER),
        run=_refusals,
    ),
    Probe(
        check="delegation-foreign",
        meaning="a request for the delegation id of someone else is served",
        operations=("get_delegation", "get_delegation_request", "delete_delegation", *_HAND_OVER),
        run=_foreign,
    ),
    Probe(
        check="delegation-removed",
        meaning="a deleted credential is still there, jobs are accepted without one, or the request for a new one has changed",
        operations=(
            "get_delegation",
            "get_delegation_request",
            "delete_delegation",
            "submit_job",
            "unlink_file",
        ),
        run=_removal,
    ),
)
