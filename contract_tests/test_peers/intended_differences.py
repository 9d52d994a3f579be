"""Where `easy` does not do what the official client does, and why. docs/easy.md shows the same table."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["INTENDED", "Difference"]

Kind = Literal["outcome", "requests", "both"]


@attrs.frozen
class Difference:
    """One intended difference.

    Attributes:
        title: What is different.
        reason: Why.
        kind: Whether results or requests differ, or both.
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
        return self.kind in {kind, "both"} and re.fullmatch(self.steps, step) is not None


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
    return all(ours.count(request) == 4 for request in ours) and all(r in ours for r in theirs)


def _three_at_once(theirs: list[Any], ours: list[Any]) -> bool:
    return len(theirs) < len(ours) == 3 and all(request in ours for request in theirs)


def _not_json(theirs: Any, ours: Any) -> bool:
    raised = set(theirs.get("raises", ["ValueError"]))
    return {"ServerError", "ValueError"} <= set(ours.get("raises", ())) and bool(
        raised & {"ValueError", "TypeError", "KeyError"}
    )


def _one_slash(outcome: Any) -> Any:
    return json.loads(re.sub(r"(?<!:)//", "/", json.dumps(outcome)))


def _sentence(theirs: Any, ours: Any) -> bool:
    words = re.findall(r"\w+", str(ours["args"][-1]) if ours["args"] else "")
    said = json.dumps(_one_slash(theirs))
    return theirs["raises"] == ours["raises"] and all(word in said for word in words)


def _works_here(theirs: Any, ours: Any) -> bool:
    # Or a list of the requests.
    return isinstance(theirs, list) or ("raises" in theirs and "returns" in ours)


def _refused_here(theirs: Any, ours: Any) -> bool:
    return isinstance(theirs, list) or (
        "returns" in theirs and "FTS3ClientException" in ours.get("raises", ())
    )


def _unusable_here(theirs: Any, ours: Any) -> bool:
    return isinstance(theirs, list) or (
        "CredentialError" in ours["raises"] and "CredentialError" not in theirs.get("raises", ())
    )


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
        r"get_job_status of an unknown job with files|odd \d+ .* to files",
        _three_at_once,
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
        r"answer 50[234]|answer without JSON|odd (200|207|503) .*",
        _asked_four_times,
    ),
    Difference(
        "An answer that is not JSON, is empty, lacks what it must hold or is about another job raises `ServerError`",
        "The official client lets `JSONDecodeError`, `TypeError` and `KeyError` through, which no `except FTS3ClientException` catches. "
        "Ours is a `ValueError` too. Methods that return text check what the server calls JSON.",
        "outcome",
        r"answer without JSON|odd 200 .*",
        _not_json,
    ),
    Difference(
        "JSON may begin with a byte-order mark",
        "The official client does not read it.",
        "outcome",
        "odd 200 a mark to .*",
        _works_here,
    ),
    Difference(
        "An answer 207 is returned, not raised",
        "It says of each job or file what became of it.",
        "outcome",
        "odd 207 .*",
        lambda theirs, ours: theirs["raises"][0] == "ClientError" != ours.get("raises", [""])[0],
    ),
    Difference(
        "An answer 3xx raises `ServerError`",
        "FTS sends none. The official client follows redirects to any host, with the certificate.",
        "both",
        r"odd 30\d .*",
        lambda theirs, ours: (
            len(ours) < len(theirs) if isinstance(ours, list) else "ServerError" in ours["raises"]
        ),
    ),
    Difference(
        "The text of an error is the sentence in the answer",
        "The official client shows the raw body unless it has a `message`: JSON of another form (`http_message`), whole pages of HTML. "
        "Ours is cut off, and secrets are removed.",
        "outcome",
        r"cancel an unknown job|.* of odd text \d+|odd 4\d\d .*|context with a token the server does not want",
        _sentence,
    ),
    Difference(
        "Addresses in errors have one slash, and are percent-encoded",
        "As on the wire.",
        "outcome",
        r"answer 404.*|get_info of odd text \d+|put of odd text \d+|cancel.*|context with a path|odd 404 .*",
        lambda theirs, ours: (
            _one_slash(theirs) == ours
            or (theirs["raises"] == ours["raises"] and theirs["args"][1:] == ours["args"][1:])
        ),
    ),
    Difference(
        "More than 100 ids are sent in several requests, by `get_jobs_statuses` and `cancel`",
        "Web servers limit the length of a path: the official client gets `NotFound` for 110 jobs.",
        "both",
        r"get_jobs_statuses of \d+ ids",
        _works_here,
    ),
    Difference(
        'A submission with `id_generator="deterministic"` and a `sid` is repeated when its answer is lost',
        "The server makes one job of it. When it answers 409 to the repeat and shows the job that was sent, `submit` returns the id.",
        "both",
        "lost answer to a deterministic submission",
        _works_here,
    ),
    Difference(
        "An endpoint with a user or a password raises `BadEndpoint`",
        "They would stand in messages and logs, and FTS does not look at them.",
        "both",
        "context with a (user|password)",
        _refused_here,
    ),
    Difference(
        "`delegate` and `submit` refuse a lifetime that is not a `timedelta` of a second or more",
        "The official client does not look at it while the last delegation is good enough, and fails when it is not.",
        "outcome",
        "delegate for odd lifetime .*",
        _refused_here,
    ),
    Difference(
        "A credential that cannot be used raises `fts_client.CredentialError`",
        "The official client lets exceptions of M2Crypto through, and sends tokens that no header may hold. Ours is a `ValueError`, "
        "`FileNotFoundError` or `PermissionError` too.",
        "both",
        "context with an unusable credential .*",
        _unusable_here,
    ),
    Difference(
        "`timeout` and `connectTimeout` of None or 0 mean 30 seconds",
        "The official client waits for ever with None, and does not work with 0.",
        "both",
        "context with (timeout|connectTimeout) 0",
        _works_here,
    ),
    Difference(
        "Only `verify=False` switches the verification off",
        "The official client takes 0 or an empty text, perhaps from a setting that was never made, for it.",
        "both",
        "context with verify .* and no CA",
        _refused_here,
    ),
    Difference(
        "`Context` accepts a server whose `GET /` has no `api`",
        "The official client crashes with KeyError.",
        "outcome",
        "odd 200 .* to context",
        _works_here,
    ),
    Difference(
        "`build_submission` leaves the transfers as they are, and writes JSON without line ends",
        "The official client writes parameters of the job into the dicts that it was given.",
        "outcome",
        "build_submission|transfers after build_submission",
        lambda theirs, ours: theirs != ours,
    ),
    Difference(
        "Numbers of other libraries, such as numpy's, are sent",
        "The official client crashes with TypeError.",
        "outcome",
        "build_submission of numbers",
        _crashed("TypeError"),
    ),
)
