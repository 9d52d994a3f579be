"""What is said about the project in several places is the same everywhere."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version
from typing import Any, Final

import yaml
from test_docs.pages import ROOT

PROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))[
    "project"
]


def test_citation_names_version_licence_and_authors_of_the_project() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))

    assert citation["cff-version"] == "1.2.0"
    assert citation["title"] == PROJECT["name"]
    assert citation["version"] == version(PROJECT["name"])
    assert citation["license"] == PROJECT["license"]
    assert citation["authors"] == PROJECT["authors"]


def test_support_matrix_names_the_versions_of_python_that_the_package_claims() -> None:
    claimed = [
        found
        for classifier in PROJECT["classifiers"]
        for found in re.findall(r"Python :: (3\.\d+)$", classifier)
    ]
    assert f"| Python | {', '.join(claimed)} |" in (ROOT / "docs" / "support.md").read_text(
        "utf-8"
    )
    assert f"| Python | {', '.join(claimed)} |" in (ROOT / "README.md").read_text("utf-8")
    assert PROJECT["requires-python"] == f">={claimed[0]}"
