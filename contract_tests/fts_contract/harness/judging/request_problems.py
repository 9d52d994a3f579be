"""List what does not conform in a request: to the contract itself, or to the one with every leniency granted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_contract.harness.contract.leniency import content_type_leniency, lenient_names
from fts_contract.harness.contract.media_types import best_documented

if TYPE_CHECKING:
    from fts_contract.harness.contract.contract import Contract
    from fts_contract.harness.contract.matching import Match
    from fts_contract.harness.contract.problems import Problem
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["request_problems"]

_IGNORED = {"parameter-undocumented"}
"""FTS ignores query parameters that it does not know. Source: GET /jobs as observed on FTS 3.13.4."""


def request_problems(
    contract: Contract,
    match: Match,
    exchange: Exchange,
    *,
    lenient: bool = False,
    brief: bool = False,
) -> list[Problem]:
    """List what does not conform in path, query and body of a request.

    Args:
        contract: The contract, or the relaxed one.
        match: The operation, of either contract, with its path parameters.
        exchange: The request.
        lenient: Grant also the leniencies about content types, which no schema expresses.
        brief: Stop at the first problem of the body, for callers who only need to know whether there is one.
    """
    # `match` may come from the other contract, whose operations are other objects with the same ids.
    operation = contract.operation(match.operation.operation_id)
    # An empty parameter counts as absent. Source: GET /jobs as observed on FTS 3.13.4.
    given = {name: value for name, value in exchange.query.items() if value}
    body, with_schema = exchange.request_body or b"", True
    content_type: str | None = exchange.request_content_type
    problems = contract.check_parameters(operation, path=match.path_parameters, query=given)
    if lenient and operation.request_body is not None:
        name = content_type_leniency(operation, content_type)
        if name and name.startswith("form"):
            # The fields of a form are text, without a schema.
            with_schema = False
        elif "form-or-query" in lenient_names(operation) and not body and given:
            with_schema = False
        elif name and not best_documented(operation.request_body.content, content_type or ""):
            content_type = next(iter(operation.request_body.content))
    if with_schema:
        problems += contract.check_request_body(
            operation, content_type=content_type, body=body, brief=brief
        )
    return [problem for problem in problems if problem.kind not in _IGNORED]
