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

from fts_contract.harness.contract.pointers import resolve
from fts_contract.spec import load_spec
from spec_tools.environment import OPENAPI, Done, Environment
from spec_tools.result import Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["serve_examples"]

_PATIENCE_S = 60.0
_METHODS = ("get", "put", "post", "delete")


def serve_examples(environment: Environment) -> Result:
    """Ask a running Prism for every documented example and compare.

    Args:
        environment: Where Prism is.
    """
    asked = 0
    wrong: list[str] = []
    with _prism(environment) as url, httpx.Client(base_url=url, trust_env=False) as client:
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
def _prism(environment: Environment) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ("prism", "mock", "--port", str(port), str(OPENAPI / "fts-rest.yaml"))
    process = subprocess.Popen(  # noqa: S603 - our own command
        [environment.find("prism") or "prism", *command[1:]],
        env=environment.variables,
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
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method not in item:
                continue
            operation = {
                **item[method],
                "parameters": [
                    *item.get("parameters", ()),
                    *item[method].get("parameters", ()),
                ],
            }
            request = _request(document, path, method, operation)
            for status, reference in operation["responses"].items():
                content = _resolved(document, reference).get("content", {})
                for media_type, media in content.items():
                    if (example := _example(media)) is not None:
                        headers = {
                            **request["headers"],
                            "Prefer": f"code={status}",
                            "Accept": media_type,
                        }
                        label = f"{operation['operationId']} {status}"
                        yield label, {**request, "headers": headers}, media_type, example
                        break


def _request(
    document: dict[str, Any], path: str, method: str, operation: Mapping[str, Any]
) -> dict[str, Any]:
    """Make a request that fits the document, of its examples."""
    query: dict[str, str] = {}
    for reference in operation["parameters"]:
        parameter = _resolved(document, reference)
        if not parameter.get("required"):
            continue
        value = str(_value(document, parameter))
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(value, safe=""))
        else:
            query[parameter["name"]] = value
    headers = {"Authorization": "Bearer example"}
    body = b""
    for media_type, media in operation.get("requestBody", {}).get("content", {}).items():
        example = _example(media)
        if media_type == "application/x-www-form-urlencoded":
            body = urlencode(example).encode()
        elif media_type == "application/json":
            body = json.dumps(example).encode()
        else:
            body = example.encode()
        headers["Content-Type"] = media_type
    return {"method": method, "url": path, "params": query, "headers": headers, "content": body}


def _value(document: dict[str, Any], parameter: Mapping[str, Any]) -> Any:
    if (example := _example(parameter)) is not None:
        return example
    schema = _resolved(document, parameter["schema"])
    for keyword in ("examples", "enum"):
        if keyword in schema:
            return schema[keyword][0]
    raise LookupError(f"the parameter {parameter['name']} has no example")


def _example(part: Mapping[str, Any]) -> Any:
    """Give the first example of a media type or parameter; None when it has none."""
    for example in part.get("examples", {}).values():
        return example["value"]
    return part.get("example")


def _resolved(document: dict[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in part:
        part = resolve(document, part["$ref"].removeprefix("#"))
    return part
