"""What servers of 2019 and 2020 answered, as printed in the EGI Data Transfer documentation, is in the document.

`public_answers_2020.json` holds those answers with the names of people replaced.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fts_contract.harness.contract.contract import Contract
    from fts_contract.harness.contract.operations import Operation

ANSWERS = json.loads(Path(__file__).with_name("public_answers_2020.json").read_text("utf-8"))
each_answer = pytest.mark.parametrize("answer", ANSWERS, ids=[answer["id"] for answer in ANSWERS])


def _operation(contract: Contract, answer: dict[str, Any]) -> Operation:
    match = contract.find(answer["request"]["method"], answer["request"]["path"])
    assert match is not None
    return match.operation


@each_answer
def test_public_answer_fits_the_contract(contract: Contract, answer: dict[str, Any]) -> None:
    problems = contract.check_response(
        _operation(contract, answer),
        status=200,
        headers={"content-type": "application/json"},
        body=json.dumps(answer["body"]),
        version="3.9",
    )
    assert [str(problem) for problem in problems] == []


@each_answer
def test_public_answer_is_an_example_of_its_operation(
    contract: Contract, answer: dict[str, Any]
) -> None:
    operation = _operation(contract, answer)
    media = operation.raw["responses"]["200"]["content"]["application/json"]
    assert answer["body"] in [example.get("value") for example in media["examples"].values()]
