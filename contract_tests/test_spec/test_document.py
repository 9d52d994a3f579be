"""The OpenAPI document itself: valid, clean by our rules, and complete in small things."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from fts_contract.spec import SpecError, load_spec, read_spec, spec_path
from openapi.rules.catalogue import RULES
from openapi.rules.lint import validity

if TYPE_CHECKING:
    from fts_contract.harness.contract.contract import Contract
    from openapi.rules.document import Document


def test_document_is_valid_openapi(document: Document) -> None:
    assert [str(finding) for finding in validity(document)] == []


def test_validator_on_document_without_a_description_reports_it() -> None:
    spec = copy.deepcopy(load_spec())
    del spec["paths"]["/whoami"]["get"]["responses"]["200"]["description"]
    # The first error is enough: the other checks take a second.
    assert next(iter(OpenAPIV31SpecValidator(spec).iter_errors()), None) is not None


@pytest.mark.parametrize("rule", RULES)
def test_document_obeys_rule(document: Document, rule: str) -> None:
    assert [str(finding) for finding in RULES[rule].findings(document)] == []


def test_load_spec_reads_the_file_that_spec_path_names() -> None:
    assert load_spec() == read_spec(spec_path())


def test_load_spec_reads_once() -> None:
    assert load_spec() is load_spec()


@pytest.mark.parametrize(
    "content", [b"- 1", b"a: [", b"\xff\xfe\x00"], ids=["list", "yaml", "bytes"]
)
def test_read_spec_names_the_file_that_holds_no_document(tmp_path: Any, content: bytes) -> None:
    path = tmp_path / "broken.yaml"
    path.write_bytes(content)
    with pytest.raises(SpecError, match=r"broken\.yaml"):
        read_spec(path)


def test_contract_lists_every_operation_of_the_document(
    document: Document, contract: Contract
) -> None:
    by_document = {operation.name for operation in document.operations()}
    assert {operation.operation_id for operation in contract.operations} == by_document
    assert len(contract.operations) == len(by_document)
