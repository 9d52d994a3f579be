"""Runs in the environment of the official client: calls it and prints what came back, one JSON object.

Usage: official_script.py ENDPOINT PROXY CA_DIR
"""

from __future__ import annotations

import inspect
import json
import sys
import warnings
from datetime import timedelta
from typing import Any

warnings.simplefilter("ignore")

import fts3.rest.client.easy as fts3  # type: ignore[import-not-found]  # noqa: E402
from fts3 import __version__ as fts3_version  # noqa: E402
from fts3.rest.client import exceptions  # noqa: E402


def signature_of(value: Any) -> list[list[str]]:
    """Names, kinds and defaults of the parameters, as text."""
    return [
        [
            item.name,
            item.kind.name,
            "-"
            if item.default is item.empty or item.name == "request_class"
            else repr(item.default),
        ]
        for item in inspect.signature(value).parameters.values()
    ]


def surface() -> dict[str, Any]:
    """What the package offers."""
    functions = {
        name: signature_of(value)
        for name, value in vars(fts3).items()
        if inspect.isfunction(value) and value.__module__.startswith("fts3.")
    }
    functions["Context"] = signature_of(fts3.Context)
    classes = {
        name: sorted(base.__name__ for base in value.__mro__[1:-1])
        for name, value in vars(exceptions).items()
        if inspect.isclass(value)
    }
    methods = {
        f"{kind.__name__}.{name}": signature_of(value)
        for kind in (fts3.Ban, fts3.Delegator, fts3.Inquirer, fts3.Submitter, fts3.Context)
        for name, value in vars(kind).items()
        if inspect.isroutine(value) and not name.startswith("_")
    }
    # Without what a module only imports for itself.
    names = {
        module: sorted(
            name
            for name, value in vars(loaded).items()
            if not name.startswith("_")
            and not inspect.ismodule(value)
            and str(getattr(value, "__module__", "")).startswith("fts3")
        )
        for module, loaded in sys.modules.items()
        if module.startswith("fts3")
    }
    return {"functions": functions, "exceptions": classes, "methods": methods, "names": names}


def main() -> None:
    """Run the scenario."""
    endpoint, proxy, ca_dir = sys.argv[1:]
    context = fts3.Context(endpoint, ucert=proxy, capath=ca_dir)
    result: dict[str, Any] = {"surface": surface(), "info": context.get_endpoint_info()}
    result["version"] = fts3_version
    result["whoami"] = fts3.whoami(context)
    result["delegation_id"] = fts3.delegate(context, lifetime=timedelta(hours=12))
    transfer = fts3.new_transfer(
        "mock://a.example/f", "mock://b.example/f?time=100", metadata={"id": 1}
    )
    job = fts3.new_job([transfer], priority=4, metadata={"who": "peer"}, retry=2)
    result["job"] = job
    first, second = fts3.submit(context, job), fts3.submit(context, job)
    result["ids"] = [first, second]
    result["status"] = fts3.get_job_status(context, first, list_files=True)
    result["statuses"] = fts3.get_jobs_statuses(context, [first, second], list_files=True)
    result["listed"] = fts3.list_jobs(context, state_in=["SUBMITTED", "ACTIVE"])
    result["cancelled"] = fts3.cancel(context, second)
    result["cancelled again"] = fts3.cancel(context, second)
    print(json.dumps(result))  # noqa: T201 - the output


main()
