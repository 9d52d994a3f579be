"""The tokens of a submission: which token belongs to which URL, what is checked, and which files wait for the daemon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.mock.errors import PageError, bad_request, forbidden
from fts_contract.mock.oauth2.jwt import decode
from fts_contract.mock.oauth2.user import short_hash
from fts_contract.mock.submission.values import reading

if TYPE_CHECKING:
    from fts_contract.mock.oauth2.service import OAuth2
    from fts_contract.mock.oauth2.user import TokenUser
    from fts_contract.mock.records import Job

_CLAIMS: Final = (("iss", "an"), ("nbf", "a"), ("exp", "an"), ("scope", "a"), ("aud", "an"))
_OFFLINE: Final = "offline_access"
_LONGEST_TEXT: Final = 1024
_LONGEST_VO: Final = 50
_LATEST_S: Final = 2**31 - 1
_LISTS: Final = (("source", "sources"), ("destination", "destinations"))


@attrs.frozen
class Pair:
    """The tokens of one file record; None for a URL without one."""

    source: str | None = attrs.field(repr=False)
    destination: str | None = attrs.field(repr=False)

    @property
    def tokens(self) -> list[str]:
        """Those that are there."""
        return [token for token in (self.source, self.destination) if token is not None]


def take_tokens(
    body: dict[str, Any], *, user: TokenUser, oauth2: OAuth2, vo: str, now: float
) -> tuple[dict[str, Any], list[Pair]]:
    """Check the tokens of a submission by a token user.

    Args:
        body: The JSON object.
        user: Who submits; the bearer token is used when no file names tokens.
        oauth2: Issuers.
        vo: VO of the job.
        now: Seconds since 1970.

    Returns:
        The body without tokens, and the tokens of each file record in the order of the records.

    Raises:
        APIError: 400, 403.

    Source: observed on FTS 3.13.4 (order of checks); where the reference answers 500, the mock answers 400.
    """
    if "params" not in body:
        raise bad_request("Malformed request: params must be an object")
    with reading():
        files = [_of_a_file(file) for file in body.get("files")]  # type: ignore[union-attr]  # null: answered as such
        named = any(
            key in file for file, _ in files for key in ("source_tokens", "destination_tokens")
        )
        lists = [_tokens(file, urls, user.token, named=named) for file, urls in files]
    pairs = [Pair(s, d) for sources, destinations in lists for s in sources for d in destinations]
    used = list(dict.fromkeys(token for pair in pairs for token in pair.tokens))
    for token in used:
        _check(token, oauth2, now=now)
    _refuse_tape(body["params"])
    if not user.issuer.is_registered:
        raise bad_request(f"FTS access-token has unknown issuer: issuer={user.issuer.url}")
    for token in used:
        issuer = oauth2.issuer_of(decode(token).claims)
        if issuer is None or not issuer.is_registered:
            where = issuer.url if issuer else ""
            raise bad_request(f"Transfer access-token has unknown issuer: issuer={where}")
    if not vo or len(vo) > _LONGEST_VO:
        raise forbidden()
    plain = [
        {key: value for key, value in file.items() if not key.endswith("_tokens")}
        for file, _ in files
    ]
    return {**body, "files": plain}, pairs


def _of_a_file(file: Any) -> tuple[dict[str, Any], tuple[list[Any], list[Any]]]:
    if not isinstance(file, dict):
        raise TypeError(f"a file must be an object, not {type(file).__name__!r}")
    return file, (list(file["sources"]), list(file["destinations"]))


def _tokens(
    file: dict[str, Any], urls: tuple[list[Any], list[Any]], bearer: str, *, named: bool
) -> tuple[list[str | None], list[str | None]]:
    if not named:
        return [bearer] * len(urls[0]), [bearer] * len(urls[1])
    given = [file.get("source_tokens", []), file.get("destination_tokens", [])]
    if bool(given[0]) != bool(given[1]):
        raise bad_request(
            "Both source_tokens and destination_tokens are required if one of them is present."
        )
    if not given[0]:
        for one in given:
            iter(one)  # refuses null; with empty lists the file has no token at all
        return [None] * len(urls[0]), [None] * len(urls[1])
    for (word, words), tokens, own in zip(_LISTS, given, urls, strict=True):
        if len(tokens) != len(own):
            raise bad_request(f"Length of {word}_tokens should be equal to the length of {words}.")
    for (word, _), tokens, own in zip(_LISTS, given, urls, strict=True):
        _need_texts(tokens, own, word)
    return list(given[0]), list(given[1])


def _need_texts(tokens: Any, urls: list[Any], word: str) -> None:
    for token, url in zip(tokens, urls, strict=True):
        if token is None or token == "":
            raise bad_request(f"Token for {word} '{url}' is missing.")
        if not isinstance(token, str):
            raise TypeError(f"a token must be a text, not {type(token).__name__!r}")


def _check(token: str, oauth2: OAuth2, *, now: float) -> None:
    try:
        jwt = decode(token)
    except ValueError:
        raise bad_request("Token does not contain an iss claim") from None
    for claim, article in _CLAIMS:
        if claim not in jwt.claims:
            raise bad_request(f"Token does not contain {article} {claim} claim")
    audience = jwt.claims["aud"]
    if audience is not None and not isinstance(audience, str | list):
        raise bad_request(
            f"Token audience must be a null, string or list of strings: actual_type={type(audience)}"
        )
    issuer = oauth2.issuer_of(jwt.claims)
    try:
        valid = issuer is not None and oauth2.is_valid(jwt, issuer, now=now)
    except PageError:
        valid = False
    if not valid:
        raise bad_request("Failed to validate access-token")
    joined = " ".join(map(str, audience)) if isinstance(audience, list) else audience
    for name, text in (("scope", jwt.claims["scope"]), ("aud", joined)):
        if not isinstance(text, str) or len(text) > _LONGEST_TEXT:
            raise bad_request(f"Malformed request: the {name} claim cannot be stored")
    if jwt.claims["nbf"] <= 0 or jwt.claims["exp"] > _LATEST_S:
        raise bad_request("Malformed request: the times of the token cannot be stored")


def _refuse_tape(params: Any) -> None:
    if not isinstance(params, dict):
        return
    for name, what in (("archive_timeout", "archive to"), ("bring_online", "retrieve from")):
        value = params.get(name)
        if isinstance(value, int) and value > 0:
            raise bad_request(
                f"Requests to {what} tape using token authentication are not supported"
            )


def give_tokens(job: Job, pairs: list[Pair], *, oauth2: OAuth2, now: float) -> None:
    """Put the ids of the tokens into the file records, and make files wait for the token daemon.

    Args:
        job: The job, not stored yet.
        pairs: Tokens of each file record.
        oauth2: Keeps the tokens.
        now: Seconds since 1970.
    """
    for file, pair in zip(job.files, pairs, strict=True):
        file.src_token_id = short_hash(pair.source) if pair.source else None
        file.dst_token_id = short_hash(pair.destination) if pair.destination else None
        if _must_wait(pair, oauth2, now=now):
            file.file_state_initial = file.file_state
            file.file_state = "TOKEN_PREP"
    for pair in pairs:
        oauth2.store(pair.tokens, now=now)


def _must_wait(pair: Pair, oauth2: OAuth2, *, now: float) -> bool:
    fresh = [token for token in pair.tokens if not oauth2.is_exchanged(token, now=now)]
    if oauth2.allows_unmanaged:
        return any(_OFFLINE in str(decode(token).claims["scope"]) for token in fresh)
    # As in the reference, a file without any token waits for ever.
    return bool(fresh) or not pair.tokens
