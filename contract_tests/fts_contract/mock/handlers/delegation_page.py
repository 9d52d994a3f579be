"""`GET /delegation`: the page for people."""

from __future__ import annotations

import html

from fts_contract.mock.exchange import HTML, Call, Reply
from fts_contract.mock.pages import page


def get_delegation_page(call: Call) -> Reply:
    """A page that says who the caller is; always HTML.

    The reference delegates in the browser from here; the mock only names the delegation.
    """
    call.need_certificate()
    caller = call.caller
    body = (
        f"<p>You are {html.escape(caller.user_dn)}.</p>\n"
        f"<p>Your delegation: <code>/delegation/{caller.delegation_id}</code></p>"
    )
    return Reply(status=200, body=page("FTS3 Delegation", body).encode(), content_type=HTML)
