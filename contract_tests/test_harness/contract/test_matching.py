"""Which operation a raw path is."""

from __future__ import annotations

from typing import Any

import pytest

from fts_contract.harness.contract.matching import Router, split_path
from fts_contract.harness.contract.operations import read_operations


def _router() -> Router:
    operations = [
        ("GET", "/", False),
        ("GET", "/jobs", True),
        ("POST", "/jobs", False),
        ("GET", "/jobs/{job_ids}", False),
        ("DELETE", "/jobs/{job_ids}", False),
        ("GET", "/jobs/{job_id}/{field}", False),
        ("GET", "/jobs/{job_id}/files", False),
        ("DELETE", "/jobs/{job_id}/files/{file_ids}", False),
        ("DELETE", "/jobs/all", False),
        ("DELETE", "/jobs/vo/{vo_name}", False),
        ("GET", "/report/{name}.json", False),
    ]
    paths: dict[str, dict[str, Any]] = {}
    for method, path, slash in operations:
        paths.setdefault(path, {})[method.lower()] = {"x-fts-trailing-slash": slash}
    return Router(read_operations({"paths": paths}))


@pytest.mark.parametrize(
    ("method", "path", "template"),
    [
        ("GET", "/", "/"),
        ("GET", "//", "/"),
        ("get", "/jobs", "/jobs"),
        ("GET", "//jobs", "/jobs"),
        ("GET", "/jobs/", "/jobs"),
        ("GET", "/jobs?limit=1", "/jobs"),
        ("GET", "/jobs/a", "/jobs/{job_ids}"),
        ("GET", "/jobs/all", "/jobs/{job_ids}"),
        ("DELETE", "/jobs/all", "/jobs/all"),
        ("DELETE", "/jobs/a,b", "/jobs/{job_ids}"),
        ("GET", "/jobs/a/files", "/jobs/{job_id}/files"),
        ("GET", "/jobs/a/reason", "/jobs/{job_id}/{field}"),
        ("GET", "/jobs/vo/testvo", "/jobs/{job_id}/{field}"),
        ("DELETE", "/jobs/vo/testvo", "/jobs/vo/{vo_name}"),
        ("DELETE", "/jobs//a///files/1", "/jobs/{job_id}/files/{file_ids}"),
        ("GET", "/%6Aobs", "/jobs"),
        ("GET", "/report/a.b.json", "/report/{name}.json"),
        ("GET", "/jobs/a/../b", "/jobs/{job_ids}"),
        ("GET", "/jobs/a/%2E%2E", "/jobs"),
        ("GET", "/./jobs", "/jobs"),
        ("GET", "/jobs/...", "/jobs/{job_ids}"),
    ],
)
def test_find_gives_the_most_specific_template(method: str, path: str, template: str) -> None:
    match = _router().find(method, path)
    assert match is not None
    assert match.operation.path == template


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/jobs/"),
        ("GET", "/jobs/a/"),
        ("PATCH", "/jobs"),
        ("POST", "/jobs/a"),
        ("GET", "/Jobs"),
        ("GET", "/jobs/a/files/1/more"),
        ("GET", "/report/a_json"),
        ("GET", "/nosuch"),
        ("GET", "/../jobs"),
        ("GET", "/jobs/../../jobs"),
        ("POST", "/jobs/."),
    ],
)
def test_find_gives_none_when_no_operation_matches(method: str, path: str) -> None:
    assert _router().find(method, path) is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/jobs/a%2Cb", "a,b"),
        ("/jobs/a%2Fb", "a/b"),
        ("/jobs/%C3%A9", "é"),
        ("/jobs/a%0Ab", "a\nb"),
        ("/jobs/{job_ids}", "{job_ids}"),
        ("/jobs/a+b?c=d/e#f", "a+b"),
    ],
)
def test_find_decodes_path_parameters_after_cutting(path: str, value: str) -> None:
    match = _router().find("GET", path)
    assert match is not None
    assert match.path_parameters == {"job_ids": value}


def test_methods_lists_those_of_all_templates_that_fit() -> None:
    assert _router().methods("/jobs/all") == {"GET", "DELETE"}
    assert _router().methods("/jobs/") == {"GET"}
    assert _router().methods("/nosuch") == frozenset()


@pytest.mark.parametrize(
    ("path", "segments"),
    [("/", ([], False)), ("/a//b/", (["a", "b"], True)), ("", ([], False)), ("/?a/", ([], False))],
)
def test_split_path_merges_slashes(path: str, segments: tuple[list[str], bool]) -> None:
    assert split_path(path) == segments
