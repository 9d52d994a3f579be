"""Tools that npm brings: installed once, with pinned versions, in a folder of their own."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Final

__all__ = ["PINNED", "install", "program", "version_of"]

PINNED: Final = Path(__file__).with_name("package.json")
_FOLDER: Final = PINNED.parents[2] / ".venv-other-tools"
_LIMIT_S: Final = 600


def install() -> str | None:
    """Install what is not there yet, or anew when a pinned version has changed.

    Returns:
        Why it cannot be done; None when it is.
    """
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return "Node is missing"
    installed = _FOLDER / "package.json"
    if installed.exists() and installed.read_bytes() == PINNED.read_bytes():
        return None
    _FOLDER.mkdir(exist_ok=True)
    options = ("--no-package-lock", "--no-audit", "--no-fund", "--silent", "--prefix", _FOLDER)
    packages = [f"{name}@{version}" for name, version in _versions().items()]
    try:
        subprocess.run(  # noqa: S603 - our own arguments
            [npm, "install", "--no-save", *options, *packages], check=True, timeout=_LIMIT_S
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        return f"npm could not install it: {error}"
    shutil.copy(PINNED, installed)
    return None


def program(name: str) -> str:
    """Say where an installed program is."""
    return str(_FOLDER / "node_modules" / ".bin" / name)


def version_of(package: str) -> str:
    """Give the pinned version of a package."""
    return _versions()[package]


def _versions() -> dict[str, str]:
    versions: dict[str, str] = json.loads(PINNED.read_text("utf-8"))["dependencies"]
    return versions
