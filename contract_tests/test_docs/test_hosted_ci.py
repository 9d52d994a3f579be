"""The hosted CI runs what README.md and CONTRIBUTING.md tell people to run, and nothing that the Makefile lacks."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
import yaml
from test_docs.pages import ROOT

WORKFLOWS: Final = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS: Final = set(
    re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
)
GUIDES: Final = "\n".join(
    (ROOT / name).read_text("utf-8") for name in ("README.md", "CONTRIBUTING.md", "RELEASING.md")
)


def _jobs(workflow: str) -> dict[str, Any]:
    text = (ROOT / ".github" / "workflows" / workflow).read_text("utf-8")
    jobs: dict[str, Any] = yaml.safe_load(text)["jobs"]
    return jobs


def _targets(job: dict[str, Any]) -> set[str]:
    """List the targets of make that a job calls, with the values of its matrix put in."""
    matrix = job.get("strategy", {}).get("matrix", {})
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert all(re.match(r"(sudo )?make ", command) for command in commands), commands
    found = {
        command.removeprefix("sudo ").split()[1] for command in commands if "{{" not in command
    }
    return found | {one for command in commands if "{{" in command for one in matrix["target"]}


@pytest.mark.parametrize(
    ("workflow", "job"), [(path.name, job) for path in WORKFLOWS for job in _jobs(path.name)]
)
def test_job_calls_documented_targets_of_the_makefile(workflow: str, job: str) -> None:
    called = _targets(_jobs(workflow)[job])
    assert called <= TARGETS
    assert [target for target in called if f"make {target}" not in GUIDES] == []


def test_ci_tests_every_version_of_python_that_the_readme_names() -> None:
    (named,) = re.findall(
        r"^\| Python \| (.+) \|$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE
    )
    tested = _jobs("ci.yml")["test"]["strategy"]["matrix"]["python"]
    assert tested == [*named.split(", "), "3.x"]


def test_local_ci_calls_documented_targets() -> None:
    commands = re.findall(
        r"^make ([a-z-]+)", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE
    )
    assert commands
    assert [target for target in commands if f"make {target}" not in GUIDES] == []


def test_hooks_before_a_commit_call_targets_of_the_makefile_or_tools_of_the_environment() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0][
        "hooks"
    ]
    for hook in hooks:
        command = hook["entry"].split()
        assert command[0].startswith(".venv/bin/") or command[1] in TARGETS
