"""`/delegation/*`: requests, credentials, and the checks on what comes back."""

from __future__ import annotations

import html
import json
import re
import ssl
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from fts_contract.mock.clock import wire_time
from fts_contract.mock.errors import APIError, bad_request, forbidden
from fts_contract.mock.exchange import HTML, NO_CONTENT, Call, Reply, json_reply
from fts_contract.mock.pages import page
from fts_contract.mock.pki.certificates import load_certificate, signed_part
from fts_contract.mock.pki.names import comma_form

if TYPE_CHECKING:
    from fts_contract.mock.identity import Caller

_NEW_CLIENT: Final = re.compile(r"fts-.+/(\d+)\.(\d+)")
_EMPTY_LIST_SINCE: Final = (3, 12)
_CERTIFICATE: Final = re.compile(
    rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL
)
_AT_LEAST: Final = 2  # the proxy and the certificate that signed it


def _own(call: Call) -> Caller:
    if call.params["dlg_id"] != call.caller.delegation_id:
        raise forbidden("The requested ID and the credentials ID do not match")
    return call.caller


def _own_with_certificate(call: Call) -> Caller:
    call.need_certificate()
    return _own(call)


def get_delegation_page(call: Call) -> Reply:
    """A page that says who the caller is; always HTML.

    The reference delegates in the browser from here; the mock only names the delegation.
    """
    call.need_certificate()
    caller = call.caller
    body = (
        f"<p>You are {html.escape(caller.user_dn)}.</p>\n"
        f"<p>Your delegation: <code>/delegation/{caller.delegation_id}</code></p>"
    )
    return Reply(status=200, body=page("FTS3 Delegation", body).encode(), content_type=HTML)


def get_delegation(call: Call) -> Reply:
    """The end of the delegated credential; null, or `[]` for newer clients, when there is none."""
    credential = call.state.delegations.get(_own(call))
    if credential is not None:
        return json_reply(
            {
                "termination_time": wire_time(credential.ends_at),
                "voms_attrs": [credential.attributes],
            }
        )
    agent = _NEW_CLIENT.search(call.headers.get("user-agent", ""))
    is_new = agent is not None and (int(agent[1]), int(agent[2])) >= _EMPTY_LIST_SINCE
    return json_reply([] if is_new else None)


def delete_delegation(call: Call) -> Reply:
    """Delete the delegated credential; the request stays valid."""
    if not call.state.delegations.remove(_own_with_certificate(call)):
        raise APIError(404, "Delegated credentials not found")
    return NO_CONTENT


def get_delegation_request(call: Call) -> Reply:
    """The certificate request to sign."""
    caller = _own_with_certificate(call)
    return Reply(
        status=200,
        body=call.state.delegations.request(caller).pem,
        content_type="text/plain; charset=utf-8",
        headers={"X-Delegation-ID": caller.delegation_id or ""},
    )


def set_delegation_credential(call: Call) -> Reply:
    """Take the signed proxy."""
    caller = _own_with_certificate(call)
    pending = call.state.delegations.pending(caller)
    if pending is None:
        raise bad_request("No credential cache found")
    body = _body(call)
    try:
        chain = _read_chain(body)
        _check(chain, request_key=pending.key, caller=caller)
    except ValueError as error:
        raise bad_request(f"Could not process the proxy: {error}") from error
    ends_at = min(c.not_valid_after_utc.timestamp() for c in chain)
    call.state.delegations.store(
        caller, proxy=body.decode(errors="replace"), ends_at=ends_at, attributes=pending.attributes
    )
    return Reply(status=201, content_type=HTML)


def _body(call: Call) -> bytes:
    return b"" if call.is_form else call.body


def _read_chain(body: bytes) -> list[x509.Certificate]:
    try:
        chain = [
            load_certificate(ssl.PEM_cert_to_DER_cert(pem.decode("ascii")))
            for pem in _CERTIFICATE.findall(body)
        ]
    except ValueError:
        chain = []
    if len(chain) < _AT_LEAST:
        raise ValueError("Malformed proxy")
    return chain


def _check(
    chain: list[x509.Certificate], *, request_key: rsa.RSAPrivateKey, caller: Caller
) -> None:
    proxy, issuer = chain[0], chain[1]
    if proxy.public_key() != request_key.public_key():
        raise ValueError("The proxy does not match the stored associated private key")
    try:
        # Names are compared below, with a message of their own: only the signature counts here.
        _verify_signature(proxy, issuer)
    except (InvalidSignature, TypeError, ValueError):
        raise ValueError(
            "Failed to verify the proxy, maybe signed with the wrong private key?"
        ) from None
    parent = x509.Name(proxy.subject.rdns[:-1])
    if parent != proxy.issuer:
        raise ValueError(
            "The subject and the issuer of the proxy do not match: "
            f"{comma_form(proxy.subject)} != {comma_form(proxy.issuer)}"
        )
    if next(iter(proxy.subject.rdns[-1])).oid != NameOID.COMMON_NAME:
        raise ValueError("Missing trailing Common Name in the proxy")
    # FTS 3.13.4 stores a proxy that anybody signed; the mock is stricter.
    if not _leads_to(chain, set(caller.chain)):
        raise ValueError("The proxy was not signed by the client that sends it")


def _leads_to(chain: list[x509.Certificate], known: set[x509.Certificate]) -> bool:
    for certificate, issuer in pairwise(chain):
        try:
            _verify_signature(certificate, issuer)
        except (InvalidSignature, TypeError, ValueError):
            return False
        if issuer in known:
            return True
    return False


def _verify_signature(proxy: x509.Certificate, issuer: x509.Certificate) -> None:
    key = issuer.public_key()
    algorithm = proxy.signature_hash_algorithm
    parameters = proxy.signature_algorithm_parameters
    if isinstance(key, rsa.RSAPublicKey) and algorithm is not None:
        signed, signature = signed_part(proxy)
        key.verify(
            signature,
            signed,
            parameters,  # type: ignore[arg-type]  # the padding, for an RSA key
            algorithm,
        )
        return
    proxy.verify_directly_issued_by(issuer)


def add_voms_attributes(call: Call) -> Reply:
    """Add VOMS attributes to the delegated credential.

    Source: observed on FTS 3.13.4 (203; 424 with the words of the VOMS client; 403 when it has expired).
        A missing credential, 500 there, is 404 here.
    """
    caller = _own_with_certificate(call)
    try:
        wanted = json.loads(_body(call))
    except ValueError as error:
        raise bad_request(str(error)) from error
    if not isinstance(wanted, list):
        raise bad_request("Expecting a list of strings")
    try:
        joined = " ".join(wanted)
    except TypeError as error:
        raise bad_request(str(error)) from error
    credential = call.state.delegations.get(caller)
    if credential is None:
        raise APIError(404, "Delegated credentials not found")
    if credential.ends_at <= call.now:
        raise forbidden("Delegated proxy already expired")
    unknown = next(
        (text for text in wanted if text.partition(":")[0] not in call.state.voms_servers), None
    )
    if unknown is not None or not wanted:
        said = f"VOMS Server for {unknown} not known!" if wanted else "Creating proxy ... Done\n"
        subject = f"{caller.dns[-1]}/CN={int(credential.ends_at)}"  # of the delegated proxy
        text = f"Failed to generate a proxy (1): Your identity: {subject}\n{said}\n"
        # FTS sends the text form of what its code raised.
        raise APIError(424, str(((text,), {})))
    call.state.delegations.store(
        caller, proxy=credential.proxy, ends_at=credential.ends_at, attributes=joined
    )
    ends = datetime.fromtimestamp(credential.ends_at, tz=UTC)
    return Reply(
        status=203,
        body=ends.strftime("%Y-%m-%d %H:%M:%S.%f").encode(),
        content_type="text/plain; charset=utf-8",
    )
