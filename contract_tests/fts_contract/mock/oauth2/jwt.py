"""JSON Web Tokens, as far as a test issuer and its server need them: signing, reading, verifying (RFC 7515, 7519)."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

SigningKey: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_HASHES: Final = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
_PARTS: Final = 3
_HALF: Final = 32  # bytes of each half of an ES256 signature


@attrs.frozen
class JWK:
    """A key of an issuer.

    Attributes:
        kid: Its name.
        alg: The algorithm that is published with it.
        key: The private key.
    """

    kid: str
    alg: str
    key: SigningKey = attrs.field(repr=False)


@attrs.frozen
class JWT:
    """A decoded token; nothing is verified yet.

    Attributes:
        header: Its header.
        claims: Its claims.
        signed: The bytes that were signed.
        signature: The signature.
    """

    header: dict[str, Any]
    claims: dict[str, Any] = attrs.field(repr=False)
    signed: bytes = attrs.field(repr=False)
    signature: bytes = attrs.field(repr=False)


def _pack(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unpack(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encode(
    claims: dict[str, Any], key: SigningKey, *, alg: str = "RS256", kid: str | None = None
) -> str:
    """Sign claims.

    Args:
        claims: The claims.
        key: The private key.
        alg: RS, PS or ES with 256, 384 or 512; `none` leaves the signature empty.
        kid: Name of the key for the header; None for a header without.

    Raises:
        ValueError: The algorithm is unknown or does not fit the key.
    """
    header = {"alg": alg, "typ": "JWT"} | ({} if kid is None else {"kid": kid})
    parts = [_pack(json.dumps(part).encode()) for part in (header, claims)]
    signed = ".".join(parts).encode()
    return ".".join([*parts, _pack(b"" if alg == "none" else _sign(signed, key, alg))])


def _sign(signed: bytes, key: SigningKey, alg: str) -> bytes:
    kind, digest = alg[:2], _HASHES.get(alg[2:])
    if isinstance(key, rsa.RSAPrivateKey) and digest and kind in ("RS", "PS"):
        return key.sign(signed, _padding(kind, digest), digest)
    if isinstance(key, ec.EllipticCurvePrivateKey) and alg == "ES256":
        r, s = decode_dss_signature(key.sign(signed, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(_HALF) + s.to_bytes(_HALF)
    raise ValueError(f"{alg} does not fit this key")


def _padding(kind: str, digest: hashes.HashAlgorithm) -> padding.AsymmetricPadding:
    if kind == "RS":
        return padding.PKCS1v15()
    return padding.PSS(padding.MGF1(digest), digest.digest_size)


def decode(token: str) -> JWT:
    """Decode a token without verifying it.

    Args:
        token: The token.

    Raises:
        ValueError: It is not a JWT.
    """
    parts = token.split(".")
    if len(parts) != _PARTS:
        raise ValueError("a token has three parts")
    try:
        header, claims = (json.loads(_unpack(part)) for part in parts[:2])
        signature = _unpack(parts[2])
    except RecursionError as error:
        raise ValueError("the token is nested too deeply") from error
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise ValueError("header and claims must be objects")  # noqa: TRY004 - malformed text
    return JWT(header, claims, ".".join(parts[:2]).encode(), signature)


def is_signed_by(token: JWT, keys: Iterable[JWK]) -> bool:
    """Say whether a token was signed with one of the keys that its issuer publishes.

    Source: observed on FTS 3.13.4: the algorithm of the header counts; keys whose kid or alg equals that of the header
        are tried, or all keys when no such key exists.
    """
    kid, alg = token.header.get("kid"), token.header.get("alg")
    every = list(keys)
    fitting = [k for k in every if kid == k.kid or alg == k.alg] or every
    return any(_verifies(token, jwk.key, str(alg)) for jwk in fitting)


def _verifies(token: JWT, key: SigningKey, alg: str) -> bool:
    kind, digest = alg[:2], _HASHES.get(alg[2:])
    try:
        if isinstance(key, rsa.RSAPrivateKey) and digest and kind in ("RS", "PS"):
            padded = _padding(kind, digest)
            key.public_key().verify(token.signature, token.signed, padded, digest)
            return True
        if isinstance(key, ec.EllipticCurvePrivateKey) and alg == "ES256":
            halves = token.signature[:_HALF], token.signature[_HALF:]
            der = encode_dss_signature(*(int.from_bytes(half) for half in halves))
            key.public_key().verify(der, token.signed, ec.ECDSA(hashes.SHA256()))
            return True
    except InvalidSignature:
        pass
    return False
