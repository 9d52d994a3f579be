"""Generators: what they make of the document compiles, and for Python works against the mock."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from fts_client import FTSClient
from fts_contract.mock import MockFTS
from spec_tools.environment import HERE, OPENAPI, Done, Environment
from spec_tools.result import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["generate"]

_SPEC = OPENAPI / "fts-rest.yaml"
_VALIDATOR = "package validator\n\nfunc Validate(interface{}) error { return nil }\n"
"""Stands in for the one module that generated Go code imports, so that compiling needs no module proxy."""
_TSC = (
    *("tsc", "--strict", "--noEmit", "--target", "es2022", "--module", "esnext"),
    *("--moduleResolution", "bundler", "--lib", "es2022,dom", "--types", "node"),
)
_UNREACHABLE = re.compile(r"Unknown host|Could not transfer|could not be resolved")
_WITHOUT_LIBRARIES = re.compile(
    r"error: (package \S+ does not exist|cannot find symbol|method does not override)"
)


class SkippedError(Exception):
    """Something that the machine would have to have is not there."""


def generate(environment: Environment, folder: Path) -> Iterator[Result]:
    """Generate a client in each language and compile it.

    Args:
        environment: Where the programs are.
        folder: Where to put the generated clients.
    """
    version = environment.version_of("openapi-generator-cli")
    for name, language, does, compiled in _LANGUAGES:
        target = folder / name
        made = environment.run(
            *("openapi-generator-cli", "generate", "-i", _SPEC, "-g", name, "-o", target)
        )
        yield _row(
            lambda: compiled(environment, target) if made.code == 0 else made,  # noqa: B023 - called at once
            tool=f"openapi-generator, `{name}`",
            version=version,
            does=f"a {language} client that {does}",
        )
    yield _row(
        lambda: _pydantic(environment, folder),
        tool="datamodel-code-generator",
        version=environment.version_of("datamodel-code-generator"),
        does="pydantic models that can be imported",
    )


def _row(compiled: Callable[[], Done], *, tool: str, version: str, does: str) -> Result:
    try:
        done = compiled()
    except SkippedError as reason:
        return Result(
            tool=tool, version=version, does=does, outcome=f"skipped: {reason}", kind="skipped"
        )
    return Result.of(done, good=done.code == 0, tool=tool, version=version, does=does)


def _python(environment: Environment, client: Path) -> Done:
    """Run a session with the client: sockets, certificates and answers are real, only the server is the mock."""
    with MockFTS() as mock:
        alice = mock.credential("alice")
        with FTSClient(mock.endpoint, credential=alice, ca_dir=mock.ca_dir) as fts:
            fts.delegate(lifetime=timedelta(hours=12))
        session = ("python", HERE / "python_session.py", mock.endpoint, alice, mock.ca_file)
        return environment.run(*session, PYTHONPATH=str(client))


def _typescript(environment: Environment, client: Path) -> Done:
    (client / "node_modules").symlink_to(environment.folder / "node" / "node_modules")
    return environment.run(*_TSC, "index.ts", folder=client)


def _go(environment: Environment, client: Path) -> Done:
    if environment.find("go") is None:
        raise SkippedError("no Go compiler")
    validator = client.parent / "validator"
    validator.mkdir()
    (validator / "go.mod").write_text("module gopkg.in/validator.v2\n")
    (validator / "validator.go").write_text(_VALIDATOR)
    replaced = f"-replace=gopkg.in/validator.v2={validator}"
    environment.run("go", "mod", "edit", replaced, folder=client)
    return environment.run("go", "build", ".", folder=client, GOFLAGS="-mod=mod")


def _java(environment: Environment, client: Path) -> Done:
    if environment.find("javac") is None:
        raise SkippedError("no Java compiler")
    if environment.find("mvn") is not None:
        done = environment.run("mvn", "-q", "-B", "-Dmaven.test.skip", "compile", folder=client)
        if done.code == 0 or not _UNREACHABLE.search(done.output):
            return done
    # Without the libraries only the compiler's first steps say anything: whether all of it is Java.
    sources = (client / "src" / "main").rglob("*.java")
    options = ("-proc:none", "-Xmaxerrs", "100000", "-d", client / "classes")
    done = environment.run("javac", *options, *sources)
    wrong = [
        line
        for line in done.output.splitlines()
        if "error:" in line and not _WITHOUT_LIBRARIES.search(line)
    ]
    if wrong:
        return Done(1, "\n".join(wrong))
    raise SkippedError("it parses, but Maven Central cannot be reached")


def _pydantic(environment: Environment, folder: Path) -> Done:
    models = folder / "models.py"
    kind = ("--input-file-type", "openapi", "--output-model-type", "pydantic_v2.BaseModel")
    formatters = ("--formatters", "builtin")
    done = environment.run(
        "datamodel-codegen", "--input", _SPEC, "--output", models, *kind, *formatters
    )
    return environment.run("python", models) if done.code == 0 else done


_LANGUAGES: tuple[tuple[str, str, str, Callable[[Environment, Path], Done]], ...] = (
    ("python", "Python", "works against the mock over mutual TLS", _python),
    ("typescript-axios", "TypeScript", "compiles with `tsc --strict`", _typescript),
    ("go", "Go", "compiles", _go),
    ("java", "Java", "compiles", _java),
)
