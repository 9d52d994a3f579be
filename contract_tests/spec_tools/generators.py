"""Generators: what they make of the document compiles, and for Python works against the mock."""

from __future__ import annotations

import contextlib
import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from fts_client import FTSClient
from fts_contract.mock import MockFTS
from spec_tools.environment import HERE, OPENAPI, Done, Environment
from spec_tools.result import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["generate"]

_SPEC = OPENAPI / "fts-rest.yaml"
_VALIDATOR = "package validator\n\nfunc Validate(interface{}) error { return nil }\n"
"""Stands in for the one module that generated Go code imports, so that compiling needs no module proxy."""
_TSC = (
    *("tsc", "--strict", "--noEmit", "--target", "es2022", "--module", "esnext"),
    *("--moduleResolution", "bundler", "--lib", "es2022,dom", "--types", "node"),
)
_JARS = Path("/usr/share/java")
_HTTP_CLIENT_FOR_JAVA = ("httpclient5.jar", "httpcore5.jar", "slf4j-api.jar")


class SkippedError(Exception):
    """Something that the machine would have to have is not there."""


def generate(environment: Environment, folder: Path) -> Iterator[Result]:
    """Generate a client in each language and compile it.

    Args:
        environment: Where the programs are.
        folder: Where to put the generated clients.
    """
    version = environment.version_of("openapi-generator-cli")
    for name, language, does, options, compiled in _LANGUAGES:
        target = folder / name
        made = environment.run(
            *("openapi-generator-cli", "generate", "-i", _SPEC, "-g", name, "-o", target),
            *options,
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
    with _session() as (mock, alice):
        session = ("python", HERE / "python_session.py", mock.endpoint, alice, mock.ca_file)
        return environment.run(*session, PYTHONPATH=str(client))


@contextlib.contextmanager
def _session() -> Iterator[tuple[MockFTS, Path]]:
    """Give a mock and the proxy of a caller who has delegated: sockets, certificates and answers are real."""
    with MockFTS() as mock:
        alice = mock.credential("alice")
        with FTSClient(mock.endpoint, credential=alice, ca_dir=mock.ca_dir) as fts:
            fts.delegate(lifetime=timedelta(hours=12))
        yield mock, alice


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
    """Compile the client and run a session with it, with the libraries of the generator and those of Debian."""
    if environment.find("javac") is None:
        raise SkippedError("no Java compiler")
    if missing := [jar for jar in _HTTP_CLIENT_FOR_JAVA if not (_JARS / jar).exists()]:
        raise SkippedError(f"no {missing[0]} in {_JARS} (Debian: libhttpclient5-java)")
    generator = next(environment.folder.rglob("openapi-generator.jar"))
    classes = client / "classes"
    path = os.pathsep.join(map(str, (classes, generator, _JARS / "*")))
    sources = (HERE / "JavaSession.java", *(client / "src" / "main").rglob("*.java"))
    done = environment.run("javac", "-proc:none", "-cp", path, "-d", classes, *sources)
    if done.code != 0:
        return done
    with _session() as (mock, alice):
        stores = [client / "proxy.p12", client / "ca.p12"]
        key = (*("openssl", "pkcs12", "-export"), *("-in", alice, "-passout", "pass:session"))
        done = environment.run(*key, "-out", stores[0])
        if done.code != 0:
            return done
        ca = (*("keytool", "-importcert", "-noprompt"), *("-alias", "ca", "-file", mock.ca_file))
        done = environment.run(*ca, "-storepass", "session", "-keystore", stores[1])
        if done.code != 0:
            return done
        return environment.run("java", "-cp", path, "JavaSession", mock.endpoint, *stores)


def _pydantic(environment: Environment, folder: Path) -> Done:
    models = folder / "models.py"
    kind = ("--input-file-type", "openapi", "--output-model-type", "pydantic_v2.BaseModel")
    formatters = ("--formatters", "builtin")
    done = environment.run(
        "datamodel-codegen", "--input", _SPEC, "--output", models, *kind, *formatters
    )
    return environment.run("python", models) if done.code == 0 else done


_LANGUAGES: tuple[
    tuple[str, str, str, tuple[str, ...], Callable[[Environment, Path], Done]], ...
] = (
    ("python", "Python", "works against the mock over mutual TLS", (), _python),
    ("typescript-axios", "TypeScript", "compiles with `tsc --strict`", (), _typescript),
    ("go", "Go", "compiles", (), _go),
    (
        "java",
        "Java",
        "works against the mock over mutual TLS, with `--library apache-httpclient`",
        ("--library", "apache-httpclient", "--additional-properties", "openApiNullable=false"),
        _java,
    ),
)
