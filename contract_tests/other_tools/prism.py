"""Prism as a validating proxy: says what is wrong with requests and answers that pass through it.

It sends nothing itself, so the example of each operation is sent through it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
from spec_tools.prism import request_of, started

from openapi.examples import operations_of
from other_tools.node import program
from other_tools.trial import Failure, Place, shape_of, tried

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.defects.trial import Outcome, Task

__all__ = ["run_prism"]


def run_prism(task: Task) -> Outcome:
    """Send the requests of the document through Prism to a mock with a defect."""
    return tried(task, _use)


def _use(place: Place) -> Iterator[Failure]:
    document = place.folder / "api.json"
    document.write_text(json.dumps(place.document), "utf-8")
    with (
        started(program("prism"), "proxy", str(document), place.url) as url,
        httpx.Client(base_url=url, trust_env=False, timeout=30) as client,
    ):
        for path, method, operation in operations_of(place.document):
            request = client.build_request(**request_of(place.document, path, method, operation))
            try:
                answer = client.send(request)
            except httpx.HTTPError as error:
                yield operation["operationId"], "no answer", type(error).__name__
                continue
            if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
                yield operation["operationId"], "status", str(answer.status_code)
            for violation in json.loads(answer.headers.get("sl-violations", "[]")):
                where = "/".join(map(str, violation["location"]))
                yield operation["operationId"], shape_of(where), shape_of(violation["message"])
