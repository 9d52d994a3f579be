"""The CI jobs of `contract_tests/ci/`: their structure, and every command in them against the mock."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest
import yaml

from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
GITHUB = yaml.safe_load((ROOT / "contract_tests/ci/github-actions.yml").read_text("utf-8"))
GITLAB = yaml.safe_load((ROOT / "contract_tests/ci/gitlab-ci.yml").read_text("utf-8"))
INSTALL = re.compile(r"pip install '([\w-]+)\[(\w+)\]'")
EXPRESSION = re.compile(r"\$\{\{ (?:vars|secrets)\.(\w+) \}\}")


@pytest.fixture(scope="module")
def server() -> Iterator[MockFTS]:
    with MockFTS(oauth2=True) as mock:
        yield mock


@attrs.define
class Machine:
    """Runs commands as a CI system does: step by step, with what they leave running until the end."""

    folder: Path
    port: int
    environment: dict[str, str]
    groups: list[int] = attrs.field(factory=list)

    def run(self, script: str) -> tuple[int, str]:
        # A few requests show that a command works; the tests of the harness do the rest.
        script = script.replace("8446", str(self.port)).replace(
            " --report", " --operations 'GET /whoami$' --max-examples 1 --report"
        )
        changes = self.folder / "github-env"
        changes.touch()
        output = self.folder / f"output-{len(self.groups)}"
        with output.open("wb") as sink:
            process = subprocess.Popen(  # noqa: S603 - what our own files say
                ["bash", "-e", "-o", "pipefail", "-c", script],  # noqa: S607
                cwd=self.folder,
                env={**self.environment, "GITHUB_ENV": str(changes)},
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self.groups.append(process.pid)
            code = process.wait(timeout=120)
        self.environment |= dict(
            line.split("=", 1) for line in changes.read_text("utf-8").splitlines()
        )
        return code, output.read_text("utf-8")

    def stop(self) -> None:
        for group in self.groups:
            try:
                os.killpg(group, signal.SIGTERM)
            except ProcessLookupError:
                continue


def _free_port() -> int:
    """Give a port that nobody gets by chance until a script listens on it: those for outgoing connections begin at 32768."""
    for port in range(20_000 + os.getpid() % 10_000, 32_000):
        with suppress(OSError), socket.socket() as listener:
            listener.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


@pytest.fixture
def machine(server: MockFTS, tmp_path: Path) -> Iterator[Machine]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL") if name in os.environ}
    # The CA of the mock is one of the system, so to say.
    own = {"PATH": path, "HOME": str(tmp_path), "X509_CERT_DIR": str(server.ca_dir), "CI": "true"}
    made = Machine(tmp_path, _free_port(), kept | own)
    yield made
    made.stop()


def github_scripts(job: str) -> list[str]:
    return [step["run"] for step in GITHUB["jobs"][job]["steps"] if "run" in step]


def gitlab_scripts(job: str) -> list[str]:
    """One shell takes all lines of a job."""
    merged = {**GITLAB[GITLAB[job]["extends"]], **GITLAB[job]}
    return [*merged["before_script"], "\n".join(merged["script"])]


def work(machine: Machine, scripts: list[str]) -> tuple[int, str]:
    """Run scripts up to the first that fails; the packages are installed already."""
    code, text = 0, ""
    for script in scripts:
        if INSTALL.fullmatch(script.strip()):
            continue
        code, more = machine.run(script)
        text += more
        if code:
            break
    return code, text


def secrets(server: MockFTS, kind: str) -> dict[str, str]:
    proxy = server.credential("alice").read_text("ascii")
    return {
        "FTS_URL": server.endpoint,
        "FTS_PROXY": proxy if kind == "proxy" else "",
        "FTS_TOKEN": server.token() if kind == "token" else "",
    }


def assert_verdict(machine: Machine, code: int, text: str, *hidden: str) -> None:
    assert code == 0, text
    assert "conforms" in text
    report = machine.folder / "fts-report"
    shown = {"junit.xml", "report.html", "report.json"}
    if json.loads((report / "report.json").read_text())["run"]["profile"] == "full":
        shown |= {"changes.jsonl", "state-after.json", "state-before.json"}
    assert {path.name for path in report.iterdir()} == shown
    assert not (machine.folder / "fts-credential").exists()
    written = [text, *(path.read_text("utf-8") for path in report.iterdir())]
    for secret in hidden:
        assert not secret or not any(secret in part for part in written)


@pytest.mark.parametrize("kind", ["proxy", "token"])
def test_github_nightly_job_checks_the_server_with_its_secret(
    kind: str, server: MockFTS, machine: Machine
) -> None:
    values = secrets(server, kind)
    wanted = GITHUB["jobs"]["nightly"]["env"]
    machine.environment |= {
        name: EXPRESSION.sub(lambda found: values[found[1]], text) for name, text in wanted.items()
    }
    code, text = work(machine, github_scripts("nightly"))
    assert_verdict(machine, code, text, values["FTS_TOKEN"], values["FTS_PROXY"][-200:])


@pytest.mark.parametrize("kind", ["proxy", "token"])
def test_gitlab_nightly_job_checks_the_server_with_its_secret(
    kind: str, server: MockFTS, machine: Machine
) -> None:
    values = secrets(server, kind)
    for name in ("FTS_PROXY", "FTS_TOKEN"):
        file = machine.folder / f"variable-{name}"
        file.write_text(values[name])
        machine.environment[name] = str(file) if values[name] else ""
    machine.environment["FTS_URL"] = values["FTS_URL"]
    code, text = work(machine, gitlab_scripts("fts-nightly"))
    assert_verdict(machine, code, text, values["FTS_TOKEN"], values["FTS_PROXY"][-200:])


@pytest.mark.parametrize("system", ["github", "gitlab"])
def test_mock_job_starts_a_mock_and_checks_it(system: str, machine: Machine) -> None:
    # The job finds the CA without an option.
    del machine.environment["X509_CERT_DIR"]
    scripts = github_scripts("mock") if system == "github" else gitlab_scripts("fts-mock")
    code, text = work(machine, scripts)
    assert_verdict(machine, code, text)


@pytest.mark.parametrize("scripts", [github_scripts("nightly"), gitlab_scripts("fts-nightly")])
def test_nightly_job_fails_when_the_server_cannot_be_checked(
    scripts: list[str], server: MockFTS, machine: Machine
) -> None:
    token = machine.folder / "token"
    token.write_text(server.token())
    # GitHub hands over the secret, GitLab the name of a file: either way there is a credential, but no server.
    machine.environment |= {"FTS_URL": f"https://localhost:{machine.port}", "FTS_PROXY": ""}
    machine.environment["FTS_TOKEN"] = str(token)
    code, text = work(machine, scripts)
    assert code == 2, text
    assert "cannot be reached" in text
    assert not (machine.folder / "fts-credential").exists()


def test_github_file_has_the_form_of_a_workflow() -> None:
    # YAML 1.1 reads the word `on` as true.
    assert set(GITHUB) == {"name", True, "permissions", "jobs"}
    assert {"pull_request", "schedule"} <= GITHUB[True].keys()
    assert GITHUB["permissions"] == {"contents": "read"}
    for job in GITHUB["jobs"].values():
        assert {"runs-on", "steps", "timeout-minutes", "if"} <= job.keys()
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step), step
        upload = job["steps"][-1]
        assert upload["uses"].startswith("actions/upload-artifact@")
        assert (upload["if"], upload["with"]["path"]) == ("always()", "fts-report")
    # A pull request, which may come from anybody, sees no secret.
    assert "secrets." not in str(GITHUB["jobs"]["mock"])
    assert GITHUB["jobs"]["nightly"]["if"] == "github.event_name != 'pull_request'"


def test_gitlab_file_has_the_form_of_a_pipeline() -> None:
    assert GITLAB["stages"] == ["contract"]
    base = GITLAB[".fts-contract"]
    assert base["artifacts"]["reports"]["junit"] == "fts-report/junit.xml"
    assert base["artifacts"]["paths"] == ["fts-report"]
    assert base["artifacts"]["when"] == "always"
    for name in ("fts-nightly", "fts-mock"):
        assert GITLAB[name]["extends"] == ".fts-contract"
        assert all(isinstance(line, str) for line in GITLAB[name]["script"])
        assert GITLAB[name]["rules"]


def test_jobs_install_this_package_with_an_extra_that_exists() -> None:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))[
        "project"
    ]
    scripts = [
        *github_scripts("nightly"), *github_scripts("mock"),
        *gitlab_scripts("fts-nightly"), *gitlab_scripts("fts-mock"),
    ]  # fmt: skip
    found = [match for script in scripts if (match := INSTALL.fullmatch(script.strip()))]
    assert len(found) == 4
    for match in found:
        assert match[1] == project["name"]
        assert match[2] in project["optional-dependencies"]
