"""Prism, the mock server of Stoplight: it serves the examples of the document, for each status that an operation documents."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import httpx

from fts_contract.spec import load_spec
from openapi.examples import body_of, example_of, operations_of, parameters_of, resolved
from spec_tools.environment import OPENAPI, Done, Environment
from spec_tools.result import Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["request_of", "serve_examples", "started"]

_PATIENCE_S = 60.0


def serve_examples(environment: Environment) -> Result:
    """Ask a running Prism for every documented example and compare.

    Args:
        environment: Where Prism is.
    """
    asked = 0
    wrong: list[str] = []
    prism = environment.find("prism") or "prism"
    mock = started(prism, "mock", str(OPENAPI / "fts-rest.yaml"), variables=environment.variables)
    with mock as url, httpx.Client(base_url=url, trust_env=False) as client:
        for label, request, media_type, expected in _wanted(load_spec()):
            asked += 1
            answer = client.send(client.build_request(**request))
            served = answer.json() if media_type == "application/json" else answer.text
            if served != expected:
                wrong.append(f"{label}: {served!r:.200} in place of {expected!r:.200}")
    return Result.of(
        Done(0, "\n".join(wrong)),
        good=asked > 0 and not wrong,
        tool="Prism",
        version=environment.version_of("@stoplight/prism-cli"),
        does="serves the example of each status of each operation",
    )


@contextmanager
def started(
    program: str, *arguments: str, variables: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Run Prism.

    Args:
        program: Where it is.
        arguments: What it does, and the files and addresses that it needs for that.
        variables: Environment variables; None for those of this process.

    Yields:
        Its address.

    Raises:
        RuntimeError: It did not start.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [program, *arguments, "--port", str(port)],
        env=variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("Prism did not start")


def _wanted(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str, Any]]:
    """Give a request for each status with an example, and what Prism must answer."""
    for path, method, operation in operations_of(document):
        request = request_of(document, path, method, operation)
        for status, reference in operation["responses"].items():
            for media_type, media in resolved(document, reference).get("content", {}).items():
                if (example := example_of(media)) is not None:
                    wanted = {"Prefer": f"code={status}", "Accept": media_type}
                    headers = {**request["headers"], **wanted}
                    label = f"{operation['operationId']} {status}"
                    yield label, {**request, "headers": headers}, media_type, example
                    break


def request_of(
    document: dict[str, Any], path: str, method: str, operation: dict[str, Any]
) -> dict[str, Any]:
    """Make a request that fits the document, of its examples."""
    query: dict[str, str] = {}
    for place, name, value in parameters_of(document, operation):
        if place == "path":
            path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
        else:
            query[name] = str(value)
    headers = {"Authorization": "Bearer example"}
    content = b""
    if (body := body_of(operation)) is not None:
        headers["Content-Type"], example = body
        if headers["Content-Type"] == "application/x-www-form-urlencoded":
            content = urlencode(example).encode()
        elif headers["Content-Type"] == "application/json":
            content = json.dumps(example).encode()
        else:
            content = example.encode()
    return {"method": method, "url": path, "params": query, "headers": headers, "content": content}
