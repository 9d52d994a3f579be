"""Let an unchanged program that imports `fts3.rest.client.easy` find `fts_client.easy`.

For one process, before the program imports it:

    from fts_client.easy.install_alias import install
    install()

For every program of an environment in which the package `fts3` is not installed: `python -m fts_client.easy.install_alias`.
"""

from __future__ import annotations

import sys
import sysconfig
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType

from fts_client import easy
from fts_client.easy import exceptions
from fts_client.easy.request import Request

__all__ = ["install", "main"]

_CLIENT = ("ban", "context", "delegator", "easy", "exceptions", "inquirer", "request", "submitter")
_EASY = ("ban", "delegate", "state", "submission", "whoami")
_MODULES = (
    *("fts3", "fts3.rest", "fts3.rest.client"),
    *(f"fts3.rest.client.{name}" for name in _CLIENT),
    *(f"fts3.rest.client.easy.{name}" for name in _EASY),
)
_PACKAGE = '''"""Written by `python -m fts_client.easy.install_alias`; to undo it, remove this folder."""

from fts_client.easy.install_alias import install

install()
'''


def install() -> None:
    """Let `import` find this package under every module name of the official client, in this process.

    Each of these modules has all public names.
    """
    names = {name: getattr(easy, name) for name in easy.__all__}
    names |= {name: getattr(exceptions, name) for name in exceptions.__all__}
    names |= {"Request": Request, "__version__": easy.__version__, "__path__": []}
    for name in _MODULES:
        sys.modules[name] = module = ModuleType(name, easy.__doc__)
        vars(module).update(names)
        package, _, own = name.rpartition(".")
        # easy.delegate stays the function, as in the official package, where a module has the same name.
        if package and own not in names:
            setattr(sys.modules[package], own, module)


def main(folder: Path | None = None) -> int:
    """Write a package `fts3` that calls `install`.

    Args:
        folder: Where to write it; None: where pip installs packages.

    Returns:
        Exit code: 0 done, 1 if another package `fts3` is installed.
    """
    found = PathFinder.find_spec("fts3")
    place = (folder or Path(sysconfig.get_path("purelib"))) / "fts3" / "__init__.py"
    if found is not None and Path(str(found.origin)) != place:
        sys.stderr.write(f"{found.origin} is another package fts3: pip uninstall fts3 first\n")
        return 1
    place.parent.mkdir(exist_ok=True)
    place.write_text(_PACKAGE, encoding="utf-8")
    sys.stdout.write(f"import fts3.rest.client.easy finds fts_client.easy now, through {place}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
