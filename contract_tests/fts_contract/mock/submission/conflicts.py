"""409: what a submission is refused for because of what the server holds already."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from fts_contract.mock.errors import APIError, bad_request
from fts_contract.mock.identity import BASE_ID

if TYPE_CHECKING:
    from fts_contract.mock.records import Job
    from fts_contract.mock.state import State


def refuse_repeated_id(job: Job, state: State) -> None:
    """Refuse a job whose deterministic id exists already in its VO, also when somebody else submitted it.

    Raises:
        APIError: 409.

    Source: observed on FTS 3.13.4. The answer does not hold the id: clients can compute it.
    """
    if state.find(job.job_id) is not None:
        raise APIError(409, "The sid provided by the user is duplicated")


def refuse_used_destinations(job: Job, state: State) -> None:
    """Refuse a job with a destination that an unfinished transfer has, and note the destinations of the others.

    Raises:
        APIError: 409; of the text only the beginning is that of FTS, which goes on with an SQL statement.

    Source: FTS 3.13.4 with `CheckDuplicates`, read.
    """
    wanted = {file.dest_surl: str(uuid.uuid5(BASE_ID, file.dest_surl or "")) for file in job.files}
    used = {f.dest_surl_uuid for j in state.jobs_of(None, only_open=True) for f in j.files}
    for surl, key in wanted.items():
        if key in used:
            raise APIError(
                409,
                f"The submission is duplicated: {surl} is the destination of an unfinished transfer",
            )
    for file in job.files:
        file.dest_surl_uuid = wanted[file.dest_surl]


def refuse_unknown_tokens(file: dict[str, Any], state: State, *, pairs: tuple[int, int]) -> None:
    """Check the tokens that a certificate user sends: only those that the server holds count.

    Args:
        file: The member of `files`.
        state: Holds the tokens.
        pairs: How many sources and destinations the file has.

    Raises:
        APIError: 400 for what is not a list of texts; 409 for an unknown token. FTS shows the SQL statement that failed; the mock
            keeps the status, which clients must tell from that of a repeated sid, and keeps the SQL to itself.
        TypeError, ValueError: Answered 400.

    Source: observed on FTS 3.13.4 (recording submit-tokens-with-certificate).
    """
    for label, urls in zip(("source", "destination"), pairs, strict=True):
        key = f"{label}_tokens"
        tokens = list(file.get(key, ()))
        for token in tokens:
            if token is not None and not isinstance(token, str):
                name = {"source": "src", "destination": "dst"}[label]
                raise bad_request(
                    f"{label.capitalize()} token is not a string: type({name}_token)={type(token)}"
                )
        if len(tokens) > urls:
            raise ValueError(f"more {key} than URLs")
        given = [token for token in tokens if token is not None]
        if given and (state.oauth2 is None or not all(map(state.oauth2.knows, given))):
            raise APIError(409, "The submission is duplicated: unknown token")
