"""`/docs`: the reference page of the API. Real servers do not have it."""

from __future__ import annotations

import functools
import threading

from fts_contract.mock.exchange import HTML, Reply
from fts_contract.reference_page import reference_page

_RENDERING = threading.Lock()


def docs_reply() -> Reply:
    """Give the page; the first call may take seconds."""
    with _RENDERING:
        return _rendered()


@functools.cache
def _rendered() -> Reply:
    return Reply(status=200, body=reference_page().encode(), content_type=HTML)
