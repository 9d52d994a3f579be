"""`/dm/*`: reading and changing what storages hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fts_contract.mock import storage
from fts_contract.mock.delegation_required import need_delegation_for_storage
from fts_contract.mock.errors import APIError, bad_request
from fts_contract.mock.exchange import JSON, Call, Reply, json_reply
from fts_contract.mock.storage import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable


def _run(act: Callable[[str], Any], surl: str) -> Reply:
    try:
        return json_reply(act(surl))
    except StorageError as error:
        raise APIError(error.status, error.message) from error


def _read(call: Call, act: Callable[[str], Any]) -> Reply:
    """Read what the query names.

    Source: observed on FTS 3.13.4: level, then URL, then credential.
    """
    call.need("datamanagement")
    surl = call.argument("surl")
    if surl is None:
        raise bad_request("Missing surl parameter")
    if surl.partition(":")[0].lower() == "file":
        raise bad_request("Forbiden SURL scheme")
    need_delegation_for_storage(call)
    return _run(act, surl)


def _change(call: Call, act: Callable[[str], Any], *names: str) -> Reply:
    """Change what the body names.

    Source: observed on FTS 3.13.4: level, then credential, then body. Where FTS answers 500 because a
    field is missing or not text, the mock answers 400.
    """
    call.need("datamanagement")
    need_delegation_for_storage(call)
    if call.content_type != JSON:
        raise bad_request("Malformed request: a bytes-like object is required, not 'str'")
    try:
        body = json.loads(call.body)
    except (ValueError, RecursionError) as error:
        raise bad_request(f"Invalid value within the request: {error}") from error
    given = [body.get(name) for name in names] if isinstance(body, dict) else []
    surls = [surl for surl in given if isinstance(surl, str) and surl]
    if len(surls) != len(names):
        raise bad_request(f"Missing parameter: {' or '.join(names)}")
    return _run(act, surls[0])


def list_directory(call: Call) -> Reply:
    """What a directory holds, by name."""
    return _read(call, storage.list_directory)


def stat_file(call: Call) -> Reply:
    """Mode, size and times of a file."""
    return _read(call, storage.stat_file)


def make_directory(call: Call) -> Reply:
    """Make a directory; no `mock://` storage can."""
    return _change(call, storage.refuse, "surl")


def remove_directory(call: Call) -> Reply:
    """Remove a directory; no `mock://` storage can."""
    return _change(call, storage.refuse, "surl")


def unlink_file(call: Call) -> Reply:
    """Delete a file; the answer is a bare 0."""
    return _change(call, storage.unlink, "surl")


def rename_file(call: Call) -> Reply:
    """Rename a file; no `mock://` storage can."""
    return _change(call, storage.refuse, "old", "new")
