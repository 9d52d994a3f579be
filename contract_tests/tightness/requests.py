"""Measure how many bodies that the server refused are refused by the document, and how many it took are admitted."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal

import attrs

from fts_contract.harness.contract.contract import Contract
from fts_contract.harness.contract.json_text import parse_json
from fts_contract.harness.contract.media_types import MediaType
from fts_contract.harness.recordings.check import read_recordings
from tightness.leniency import (
    FORM,
    content_type_leniency,
    grant,
    leniency_names,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.contract.problems import Problem

__all__ = ["Outcome", "RequestVerdict", "measure_requests"]

Outcome = Literal["admitted", "admitted by leniency", "refused"]


@attrs.frozen(eq=False)
class RequestVerdict:
    """What the document says of one recorded request with a body.

    Attributes:
        recording_id: The recording.
        operation_id: The operation.
        accepted: The server took it; otherwise it refused the content with 400.
        outcome: What the document says.
        leniencies: Names of the leniencies that admit it, when only they do.
        reason: Accepted: why the document refuses it. Refused: the words of the server.
    """

    recording_id: str
    operation_id: str
    accepted: bool
    outcome: Outcome
    leniencies: tuple[str, ...]
    reason: str


@attrs.frozen(eq=False)
class _Request:
    recording_id: str
    operation: Operation
    status: int
    content_type: str | None
    body: str
    says: Any

    @property
    def json(self) -> Any:
        return parse_json(self.body)

    @property
    def is_json(self) -> bool:
        try:
            parse_json(self.body)
        except ValueError:
            return False
        return True

    @property
    def identity(self) -> tuple[str, str]:
        return self.operation.path, json.dumps(self.json, sort_keys=True)


def measure_requests(files: Iterable[Path], document: Mapping[str, Any]) -> list[RequestVerdict]:
    """Judge every recorded request body that the server took, or refused with 400 for its content.

    These refusals are not about the content: of what is not JSON or has another content type than the documented one (some
    operations accept no `; charset=utf-8`), those in HTML (before the application saw the body), and those of a body that
    the same operation accepted at another time (for the state of the server). Bodies that are not UTF-8 are not judged,
    because the recordings do not hold them unchanged.

    Args:
        files: Files of recordings.
        document: The OpenAPI document.

    Returns:
        The verdicts, in the order of the files.

    Raises:
        RecordingsError: A file cannot be read, or does not hold recordings.
        SpecError: The document is none.
    """
    contract = Contract.from_spec(document)
    judge = _Judge(document, contract)
    requests = [request for file in files for request in _requests(file, contract)]
    taken = [request for request in requests if request.status < HTTPStatus.BAD_REQUEST]
    known = {request.identity for request in taken if request.is_json}
    verdicts = []
    for request in requests:
        if request.status < HTTPStatus.BAD_REQUEST:
            verdicts.append(judge.accepted(request))
        elif _refused_for_content(request) and request.identity not in known:
            verdicts.append(judge.refused(request))
    return verdicts


def _requests(file: Path, contract: Contract) -> Iterator[_Request]:
    for recording in read_recordings(file):
        request, response = recording["request"], recording["response"]
        body = request.get("body")
        match = contract.find(request["method"], request["path"])
        if body is None or match is None or match.operation.request_body is None:
            continue
        headers = {str(name).lower(): str(v) for name, v in (request.get("headers") or {}).items()}
        content_type = headers.get("content-type")
        # The tool that sent recorded forms added their content type itself.
        form = isinstance(body, dict) and content_type is None
        if _is_unreadable(body):
            continue
        yield _Request(
            recording_id=recording["id"],
            operation=match.operation,
            status=response["status"],
            content_type=FORM if form else content_type,
            body=body if isinstance(body, str) else json.dumps(body),
            says=response.get("body"),
        )


def _is_unreadable(body: Any) -> bool:
    r"""Say whether a body was recorded with bytes that are not UTF-8, which it shows as `\\xff`."""
    return isinstance(body, str) and re.search(r"\\x[89a-f][0-9a-f]", body) is not None


def _refused_for_content(request: _Request) -> bool:
    documented = request.operation.request_body
    return (
        request.status == HTTPStatus.BAD_REQUEST
        and isinstance(request.says, dict)
        and documented is not None
        and request.content_type in documented.content
        and MediaType.parse(request.content_type or "").is_json
        and request.is_json
    )


class _Judge:
    def __init__(self, document: Mapping[str, Any], contract: Contract) -> None:
        self._document = document
        self._contract = contract
        self._names = leniency_names(document)
        self._granted: dict[tuple[str, ...], Contract] = {(): contract}

    def refused(self, request: _Request) -> RequestVerdict:
        outcome: Outcome = "refused" if self._problem(request) else "admitted"
        return _verdict(request, outcome, (), str(request.says.get("message", request.says)))

    def accepted(self, request: _Request) -> RequestVerdict:
        problem = self._problem(request)
        if problem is None:
            return _verdict(request, "admitted", (), "")
        names: tuple[str, ...] | None = ()
        if problem.kind == "content-type-undocumented" or request.content_type == FORM:
            name = content_type_leniency(request.operation, request.content_type)
            if name is None or request.content_type == FORM:
                names = (name,) if name else None
            else:
                body = request.operation.request_body
                documented = next(iter(body.content)) if body else None
                inner = self._leniencies(attrs.evolve(request, content_type=documented))
                names = None if inner is None else (name, *inner)
        else:
            names = self._leniencies(request)
        outcome: Outcome = "admitted by leniency" if names else "refused"
        return _verdict(request, outcome, names or (), str(problem))

    def _problem(self, request: _Request, names: tuple[str, ...] = ()) -> Problem | None:
        """Give the first thing that is wrong with a request when some leniencies are granted."""
        if names not in self._granted:
            self._granted[names] = Contract.from_spec(grant(self._document, names))
        contract = self._granted[names]
        found = contract.check_request_body(
            contract.operation(request.operation.operation_id),
            content_type=request.content_type,
            body=request.body,
        )
        return found[0] if found else None

    def _leniencies(self, request: _Request) -> tuple[str, ...] | None:
        """Find leniencies none of which can be left out; None when all together do not admit the request."""
        names = tuple(self._names)
        for few in ((), *((name,) for name in names), names):
            if self._problem(request, few) is None:
                names = few
                break
        else:
            return None
        for name in names if len(names) > 1 else ():
            fewer = tuple(other for other in names if other != name)
            if self._problem(request, fewer) is None:
                names = fewer
        return names


def _verdict(
    request: _Request, outcome: Outcome, leniencies: tuple[str, ...], reason: str
) -> RequestVerdict:
    return RequestVerdict(
        recording_id=request.recording_id,
        operation_id=request.operation.operation_id,
        accepted=request.status < HTTPStatus.BAD_REQUEST,
        outcome=outcome,
        leniencies=leniencies,
        reason=reason,
    )
