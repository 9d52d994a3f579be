"""Judge the failures of an earlier run again, from its report, with the document, checks and deviations of today."""

from __future__ import annotations

import json
import re
import shlex
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import attrs
import jsonschema

from fts_contract.harness.contract.contract import Contract
from fts_contract.harness.contract.leniency import relaxed
from fts_contract.harness.exchange_checks.model import Caller, Finding
from fts_contract.harness.judging.check_names import OF_ONE_EXCHANGE
from fts_contract.harness.judging.deviations import known_deviations
from fts_contract.harness.judging.judge import Judge
from fts_contract.harness.judging.results import OperationResult, Results
from fts_contract.harness.sending.errors import CannotRunError
from fts_contract.harness.sending.exchange import Exchange
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from pathlib import Path

    from fts_contract.harness.contract.operations import Operation

__all__ = ["Judgement", "Recorded", "judge_report"]

_CUT = re.compile(r"\.\.\. \(\d+ characters\)\Z")
_OF_REQUEST = re.compile(r"^status \d+ (?:although|instead of 4xx:) (?:the request is wrong )?")
_AT = re.compile(r"(?:^| )at (\S+): ")
_REMEDY: Final = "give the folder that `fts contract run --report` wrote, or its report.json"
_SHOWN: Final = 200
_TEXT: Final = {"type": "string"}
_TEXT_OR_NULL: Final = {"type": ["string", "null"]}
# What is read of a report here.
_REPORT: Final = {
    "type": "object",
    "required": ["server", "failures"],
    "properties": {
        "server": {
            "type": "object",
            "required": ["version"],
            "properties": {
                "version": {"type": "string", "pattern": r"^\d"},
                "user_dn": _TEXT_OR_NULL,
                "delegation_id": _TEXT_OR_NULL,
                "vos": {"type": ["array", "null"], "items": _TEXT},
            },
        },
        "failures": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["operation", "check", "message", "request", "response"],
                "properties": {
                    "operation": _TEXT,
                    "check": _TEXT,
                    "message": _TEXT,
                    "where": _TEXT,
                    "request": {
                        "type": ["object", "null"],
                        "required": ["method", "url", "body", "curl"],
                        "properties": {
                            "method": _TEXT,
                            "url": _TEXT,
                            "body": _TEXT_OR_NULL,
                            "curl": _TEXT,
                        },
                    },
                    "response": {
                        "type": ["object", "null"],
                        "required": ["status", "headers", "body"],
                        "properties": {
                            "status": {"type": "integer"},
                            "headers": {"type": "object", "additionalProperties": _TEXT},
                            "body": _TEXT,
                        },
                    },
                },
            },
        },
    },
}
_SOMEBODY_ELSE = "it is not that of the caller"


@attrs.frozen
class Recorded:
    """A failure as the report has it.

    Attributes:
        operation: The operation; None when the document of today has it no more.
        finding: What was wrong.
        exchange: The request and its answer; None when no answer came.
        whole: Neither body was cut for the report, so that the answer can be judged again.
    """

    operation: Operation | None
    finding: Finding
    exchange: Exchange | None
    whole: bool = False


@attrs.frozen
class Judgement:
    """What today's document, checks and deviations say of an earlier run.

    Attributes:
        version: Version of the server.
        results: The failures, with the deviations that explain them.
        gone: Failures of the report that are none any more.
    """

    version: str
    results: Results
    gone: list[Recorded]


def judge_report(path: Path, deviations: Path | None = None) -> Judgement:
    """Judge the failures of a report again.

    The answers in it are compared with the document of today, as far as the report has them whole. What came from a
    conversation of several requests, or is about other callers, is taken from the report.

    Args:
        path: The folder of a report, or its `report.json`.
        deviations: Known deviations in place of the bundled ones.

    Raises:
        CannotRunError: The report or the deviations cannot be read; says why.
    """
    source = load_spec()
    contract = Contract.from_spec(source)
    server, recorded = _read(path, contract)
    version = str(server["version"])
    judge = Judge(contract, Contract.from_spec(relaxed(source)), version, checks=())
    judge.caller = Caller(
        user_dn=server.get("user_dn"),
        delegation_id=server.get("delegation_id"),
        vo=next(iter(server.get("vos") or ()), None),
    )
    results = Results(
        {item.operation_id: OperationResult(item) for item in contract.operations},
        deviations=known_deviations(version, deviations),
    )
    gone = []
    for failure in recorded:
        findings = _findings(failure, judge)
        if failure.operation is None or not findings:
            gone.append(failure)
            continue
        for finding in findings:
            results.add_finding(failure.operation, finding, failure.exchange)
    return Judgement(version, results, gone)


def _findings(failure: Recorded, judge: Judge) -> list[Finding]:
    """Judge one answer again, or take what the report says of it."""
    exchange = failure.exchange
    if (
        exchange is None
        or not failure.whole
        or failure.finding.check not in OF_ONE_EXCHANGE
        # What the judge of the run knew, and the report does not tell.
        or (_SOMEBODY_ELSE in failure.finding.message and judge.caller.delegation_id is None)
        or exchange.target.endswith("/credential")
    ):
        return [failure.finding]
    match = judge.contract.find(exchange.method, exchange.target)
    return [] if match is None else list(judge.judge(match, exchange))


def _read(path: Path, contract: Contract) -> tuple[dict[str, Any], list[Recorded]]:
    file = path / "report.json" if path.is_dir() else path
    try:
        report = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise CannotRunError(f"cannot read the report {file} ({error})", remedy=_REMEDY) from error
    operations = {operation.operation_id: operation for operation in contract.operations}
    try:
        jsonschema.validate(report, _REPORT)
        return report["server"], [_recorded(one, operations) for one in report["failures"]]
    except jsonschema.ValidationError as error:
        why = f"{error.json_path}: {error.message}"
    except ValueError as error:
        why = str(error)
    raise CannotRunError(
        f"{file} is not a report of `fts contract run` ({why[:_SHOWN]})", remedy=_REMEDY
    )


def _recorded(entry: dict[str, Any], operations: dict[str, Operation]) -> Recorded:
    message = entry["message"]
    told = _OF_REQUEST.sub("", message)
    place = _AT.search(message)
    finding = Finding(
        entry["check"],
        message,
        entry.get("where", re.sub(r"\[\d+\]", "[]", place[1]) if place else ""),
        (told,) if told != message else (),
    )
    request, answer = entry["request"], entry["response"]
    operation = operations.get(entry["operation"])
    if request is None or answer is None:
        return Recorded(operation, finding, None)
    urlsplit(request["url"])  # ValueError when it is not one.
    bodies = [request["body"] or "", answer["body"]]
    exchange = Exchange(
        method=request["method"],
        url=request["url"],
        request_headers=_headers(request["curl"]),
        request_body=None if request["body"] is None else _bytes(_closed(request["body"])),
        status=answer["status"],
        headers=answer["headers"],
        body=_bytes(answer["body"]),
        elapsed_s=0.0,
        sender="token" if "Authorization: Bearer" in request["curl"] else "certificate",
    )
    whole = not any(_CUT.search(body) for body in bodies)
    return Recorded(operation, finding, exchange, whole)


def _closed(body: str) -> str:
    """Close the lists and objects of JSON that was cut for the report, so that deviations can read what is there."""
    found = _CUT.search(body)
    if found is None:
        return body
    closers, complete = "", ""
    in_text = escaped = False
    for index, letter in enumerate(body[: found.start()]):
        if in_text:
            in_text = escaped or letter != '"'
            escaped = letter == "\\" and not escaped
        elif letter == '"':
            in_text = True
        elif letter == ",":
            # What comes after it may be incomplete.
            complete = body[:index] + closers
        elif letter in "[{":
            closers = ("]" if letter == "[" else "}") + closers
            complete = body[: index + 1] + closers
        elif letter in "]}":
            closers = closers[1:]
            complete = body[: index + 1] + closers
    return complete or body


def _headers(curl: str) -> dict[str, str]:
    words = shlex.split(curl)
    pairs = [word.partition(": ") for option, word in pairwise(words) if option == "-H"]
    return {name: value for name, _, value in pairs}


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", errors="surrogatepass")
