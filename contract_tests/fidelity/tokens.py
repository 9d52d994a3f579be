"""Bearer tokens of recordings, which hold only descriptions: the test issuer of the mock makes such tokens."""

from __future__ import annotations

import base64
import functools
import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode

import attrs
from cryptography.hazmat.primitives.asymmetric import rsa

from fts_contract.mock.oauth2.issuer import MISSING, Issuer
from fts_contract.mock.oauth2.jwt import encode
from fts_contract.mock.oauth2.service import EXCHANGE_S, OAuth2

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fidelity.recorded import Recording
    from fts_contract.mock import MockFTS

_WORDS: Final = "server with OAuth2 on"
_TOKEN: Final = re.compile(r"<jwt: ((?:[^<>]|<[^<>]*>)*)>")
_FLAGS: Final = r"no kid|signature altered|\w+ missing|signed with key \w+ \(not published\)"
_ITEM: Final = re.compile(rf"(?:^|, )(?:([a-z_.]+)=|({_FLAGS}))")
_CLAIMS_NAMED: Final = ("iss", "sub", "aud", "scope", "exp")
_SET_UP: Final = {
    "unmanaged": re.compile("configured to allow unmanaged tokens"),
    "online": re.compile("configured to validate tokens online"),
    "gridmap": re.compile(r"gridmap table maps the subject (\S+) to the VO (\S+)"),
    "banned": re.compile(r"the subject (\S+) is in the list of banned DNs"),
    "exchanged": re.compile(
        r"both tokens were stored by an earlier submission|the token has been submitted before"
    ),
    "source exchanged": re.compile("the source token has a refresh token already"),
}


class TokenUsers:
    """Switches the tokens of a mock on and off as recordings need it, and makes their tokens.

    Args:
        mock: The mock.
    """

    def __init__(self, mock: MockFTS) -> None:
        self._mock = mock
        self._oauth2 = OAuth2()

    def arrange(self, recording: Recording) -> Recording:
        """Arrange what a recording says about tokens.

        Returns:
            The recording with tokens in place of their descriptions.
        """
        state, setup, now = self._mock.state, recording.setup, self._mock.clock.time()
        if _WORDS not in setup:
            state.oauth2 = None
            return recording
        state.oauth2 = self._oauth2
        self._oauth2.allows_unmanaged = _SET_UP["unmanaged"].search(setup) is not None
        self._oauth2.validates_online = _SET_UP["online"].search(setup) is not None
        if found := _SET_UP["gridmap"].search(setup):
            state.gridmap[found[1]] = found[2]
        if found := _SET_UP["banned"].search(setup):
            state.ban_dn(found[1])
        filled = _fill_recording(recording, now)
        tokens = {}
        if _SET_UP["exchanged"].search(setup):
            tokens = dict.fromkeys(_tokens_in(filled.sent))
        elif _SET_UP["source exchanged"].search(setup) and isinstance(filled.sent, dict):
            tokens = dict.fromkeys(
                token for file in filled.sent["files"] for token in file["source_tokens"]
            )
        self._oauth2.store(tokens, now=now - EXCHANGE_S)
        return filled

    def end(self) -> None:
        """Leave the mock without tokens."""
        self._mock.state.oauth2 = None


def _fill_recording(recording: Recording, now: float) -> Recording:
    path, _, query = recording.path.partition("?")
    if "jwt" in query:
        query = urlencode(_fill([list(pair) for pair in parse_qsl(query)], now))
    return attrs.evolve(
        recording,
        path=f"{path}?{query}" if query else recording.path,
        headers=_fill(recording.headers, now),
        sent=_fill(recording.sent, now),
    )


def _fill(value: Any, now: float) -> Any:
    if isinstance(value, str):
        return _TOKEN.sub(lambda found: make_token(found[1], now=now), value)
    if isinstance(value, list):
        return [_fill(item, now) for item in value]
    if isinstance(value, dict):
        return {key: _fill(item, now) for key, item in value.items()}
    return value


def _tokens_in(sent: Any) -> Iterator[str]:
    if isinstance(sent, dict):
        for name, value in sent.items():
            if name in ("source_tokens", "destination_tokens"):
                yield from value
            else:
                yield from _tokens_in(value)
    elif isinstance(sent, list):
        for item in sent:
            yield from _tokens_in(item)


@functools.cache
def _unpublished_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def make_token(description: str, *, now: float) -> str:
    """Make the token for a description.

    Args:
        description: The text after `jwt:` in a recording: `claim=value` and words about the signature, after commas.
        now: Seconds since 1970, to which `+` and `-` times refer.

    Raises:
        ValueError: The description cannot be understood.
    """
    items = list(_ITEM.finditer(description))
    ends = [*[item.start() for item in items[1:]], len(description)]
    claims: dict[str, Any] = dict.fromkeys(_CLAIMS_NAMED, MISSING)
    flags, alg = set(), "RS256"
    for item, end in zip(items, ends, strict=True):
        text = description[item.end() : end]
        if item[2] and item[2].endswith(" missing"):
            claims[item[2].partition(" ")[0]] = MISSING
        elif item[2]:
            flags.add(item[2].partition(" (")[0])
        elif item[1] == "alg":
            alg = text
        elif item[1] != "kid":
            claims[item[1]] = _value_of(item[1], text, now)
    if alg in ("none", "HS256"):
        payload, signature = Issuer().token(now=now, claims=claims).split(".")[1:]
        head = encode({}, _unpublished_key(), alg="none").split(".")[0]
        return ".".join([head, payload, "" if alg == "none" else signature])
    token = Issuer().token(now=now, claims=claims, alg=alg)
    is_rogue = any(flag.startswith("signed with key") for flag in flags)
    if is_rogue or "no kid" in flags:
        decoded = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "==="))
        key = _unpublished_key() if is_rogue else Issuer().keys[0].key
        return encode(decoded, key, kid=None if "no kid" in flags else "rogue")
    return token[:-6] + "AAAAAA" if "signature altered" in flags else token


def _value_of(name: str, text: str, now: float) -> Any:
    if name in ("exp", "nbf", "iat") and re.fullmatch(r"[+-]\d+", text):
        return int(now) + int(text)
    if repeated := re.fullmatch(r"\((.) repeated (\d+) times\)", text):
        return repeated[1] * int(repeated[2])
    if name in ("jti", "sub"):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
