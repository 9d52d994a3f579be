"""Where `easy` does not do what the official client does, and why. docs/easy.md shows the same table."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["INTENDED", "Difference"]

Kind = Literal["outcome", "requests"]


@attrs.frozen
class Difference:
    """One intended difference.

    Attributes:
        title: What is different.
        reason: Why.
        kind: Whether results or requests differ.
        steps: Regular expression for the names of the steps that show it, as a whole.
        fits: Says of what the official client did and what we did whether they differ as intended.
    """

    title: str
    reason: str
    kind: Kind
    steps: str
    fits: Callable[[Any, Any], bool]

    def covers(self, step: str, kind: str) -> bool:
        """Say whether a step may show this difference."""
        return kind == self.kind and re.fullmatch(self.steps, step) is not None


def _lookup(request: list[Any]) -> bool:
    method, target, _ = request
    return method == "GET" and (
        target == "/whoami" or re.fullmatch(r"/delegation/[0-9a-f]+", target) is not None
    )


def _same_but_lookups(theirs: list[Any], ours: list[Any]) -> bool:
    return [r for r in theirs if not _lookup(r)] == [r for r in ours if not _lookup(r)]


def _crashed(name: str) -> Callable[[Any, Any], bool]:
    return lambda theirs, ours: theirs["raises"][0] == name and ours.get("raises", [""])[0] != name


def _closer_class(theirs: Any, ours: Any) -> bool:
    return ours["raises"][0] != theirs["raises"][0] and set(theirs["raises"]) <= set(
        ours["raises"]
    )


def _keeps_found_jobs(theirs: Any, ours: Any) -> bool:
    statuses = [job["http_status"] for job in ours["returns"]]
    return theirs["raises"][0] == "ClientError" and statuses == ["200 Ok", "404 Not Found"]


def _asked_four_times(theirs: list[Any], ours: list[Any]) -> bool:
    return ours == theirs * 4


def _delegated_and_repeated(theirs: list[Any], ours: list[Any]) -> bool:
    posts = [request for request in ours if request[0] == "POST"]
    puts = [request for request in ours if request[0] == "PUT"]
    return len(posts) == 2 and posts[0] == posts[1] == theirs[-1] and len(puts) == 1


INTENDED: Final = (
    Difference(
        "`whoami` and the delegation are not asked for again at every `submit` and `delegate`",
        "The answer is valid until the credential changes or the delegation is about to expire, so a submission is one request instead "
        "of three. After a renewal the server is asked once what it holds. If it loses the delegation later, it answers 419.",
        "requests",
        r"delegate.*|submit(?! by a context without credential).*",
        _same_but_lookups,
    ),
    Difference(
        "A 419 to `submit` delegates once and repeats",
        "The server may have lost the delegation that is remembered; the program does not notice.",
        "requests",
        "answer 419 to a submission",
        _delegated_and_repeated,
    ),
    Difference(
        "`no_creds=True` works",
        "The official client crashes with AttributeError.",
        "outcome",
        ".*without credential",
        _crashed("AttributeError"),
    ),
    Difference(
        "`no_creds=True` sends requests",
        "The official client crashes before it sends anything.",
        "requests",
        ".*without credential",
        lambda theirs, ours: not theirs and bool(ours),
    ),
    Difference(
        "`add_alternative_source` works",
        "The official client crashes with AttributeError (`list.push_back`).",
        "outcome",
        "add_alternative_source",
        _crashed("AttributeError"),
    ),
    Difference(
        "`get_jobs_statuses` returns the jobs that exist when others do not (207)",
        "The official client raises ClientError and loses the good ones. The missing ones are in the list, with `http_status` and "
        "`http_message`.",
        "outcome",
        "get_jobs_statuses with (files and )?one unknown",
        _keeps_found_jobs,
    ),
    Difference(
        "`get_job_status(..., list_files=True)` sends its three requests at the same time",
        "One round trip instead of three; so the other two are sent even if the job does not exist.",
        "requests",
        "get_job_status of an unknown job with files",
        lambda theirs, ours: len(theirs) == 1 and len(ours) == 3 and theirs[0] in ours,
    ),
    Difference(
        "Some errors are of a class of ours that is also the official one",
        "`except` clauses work as before; the class says more (which file is missing, that an argument is wrong).",
        "outcome",
        r"context with a missing file|context with an expired proxy|get_job.* of a (number|text)",
        _closer_class,
    ),
    Difference(
        "GET is repeated after 502, 503, 504, a broken connection and an answer that is not JSON",
        "Up to three times with growing pauses; reading twice changes nothing. Submissions are not repeated: with a standard id that "
        "could make two jobs.",
        "requests",
        r"answer 50[234]|answer without JSON",
        _asked_four_times,
    ),
    Difference(
        "An answer that is not JSON raises `ServerError`",
        "The official client lets `JSONDecodeError` through, which no `except FTS3ClientException` catches. Ours is a `ValueError` "
        "too.",
        "outcome",
        "answer without JSON",
        lambda theirs, ours: (
            {"ServerError", "ValueError"} <= set(ours["raises"])
            and "ValueError" in theirs["raises"]
        ),
    ),
    Difference(
        "`str()` of an error about one job is the server's sentence",
        "The server sends these errors in another form (`http_message`), of which the official client shows the raw JSON.",
        "outcome",
        "cancel an unknown job",
        lambda theirs, ours: (
            ours["raises"] == theirs["raises"]
            and ours["text"] == json.loads(theirs["text"])["http_message"]
        ),
    ),
    Difference(
        "Addresses in errors have one slash",
        "As on the wire.",
        "outcome",
        "answer 404 without text",
        lambda theirs, ours: ours["text"] == theirs["text"].replace("//whoami", "/whoami"),
    ),
)
