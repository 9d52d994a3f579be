"""`leak`: no answer shows internals of the server.

These are private keys, tokens, stack traces, SQL, modules and files of the server, and hosts behind the address that the
client knows: links and redirects lead to paths of that address. Text that users stored or just
sent is not judged, nor are the names of log files, which are meant to be shown.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from fts_contract.harness.exchange_checks.model import Check, Context, Flaw
from fts_contract.harness.sending.redaction import TOKEN_REMOVED, WEB_TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["leak"]

_ALWAYS = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
    "a token": re.compile(rf"{re.escape(TOKEN_REMOVED)}|{WEB_TOKEN.pattern}", re.ASCII),
    "a stack trace": re.compile(
        r"Traceback \(most recent call last\)|\bFile \"[^\"]+\", line \d+"
    ),
    "SQL": re.compile(
        r"\[SQL: |\bSELECT\s.+\sFROM\s+t_\w+|\bINSERT\s+INTO\s+t_\w+|\bUPDATE\s+t_\w+\s+SET\b"
        r"|\bDELETE\s+FROM\s+t_\w+|You have an error in your SQL syntax",
        re.IGNORECASE | re.DOTALL,
    ),
    "a module of the server": re.compile(
        r"\b(?:fts3rest|fts3web|sqlalchemy|pymysql|MySQLdb|M2Crypto|werkzeug|flask)\.\w+"
    ),
}
_IN_ERRORS = {
    "a file of the server": re.compile(
        r"(?<![\w/:.%-])/(?:usr|etc|var|home|opt|root|tmp|srv|proc|lib|lib64)/[\w.-]+(?:/[\w.-]+)*",
    ),
}
_OF_USERS = re.compile(r".*_metadata|.*surl|activity|message|rationale|log_file|sid|user_dn|dn")
"""Members with text of users, or with the name of a log file; in errors `message` is text of the server, and judged."""
_WITH_TOOL_OUTPUT = frozenset({HTTPStatus.FAILED_DEPENDENCY})
"""These answers contain the output of a program that the server ran, as documented."""
_REMEMBERED = 5000
"""Number of strings whose result is cached; more than an answer with a thousand jobs contains."""


def leak() -> Check:
    """Make the check; it remembers what was sent, because servers store it and return it later."""
    sent: set[str] = set()
    # Servers send the same strings again and again.
    found_in = lru_cache(maxsize=_REMEMBERED)(_found_in)

    def judge(context: Context) -> Iterator[Flaw]:
        asked = context.exchange.request_text
        for pattern in (*_ALWAYS.values(), *_IN_ERRORS.values()):
            sent.update(found[0] for found in pattern.finditer(asked))
        is_error = context.status >= HTTPStatus.BAD_REQUEST
        with_files = is_error and context.status not in _WITH_TOOL_OUTPUT
        for place, text in _words(context, is_error=is_error):
            for what, found in found_in(text, with_files):
                shown = next((words for words in found if words not in sent), None)
                if shown is not None:
                    yield Flaw(f"shows {what}: {_shown(what, shown)}", place)
        yield from _other_hosts(context)

    return Check(
        "leak",
        "an answer shows a key, a stack trace, SQL, a module or file of the server, or links to another host",
        judge,
    )


def _other_hosts(context: Context) -> Iterator[Flaw]:
    """Source: `_links` of `GET /` and `GET /archive` as observed on FTS 3.13.4: paths without a host."""
    own = urlsplit(context.exchange.url).netloc.lower()
    links = context.body.get("_links") if isinstance(context.body, dict) else None
    for href in (*_hrefs(links), context.exchange.headers.get("location", "")):
        found = re.match(r"(?:[a-z][a-z0-9+.-]*:)?//([^/?#]*)", href.lower())
        if found and found[1] != own:
            yield Flaw(f"links to another host: {href[:80]}", "href")


def _hrefs(value: Any) -> Iterator[str]:
    """Find the links; `curies` name the documentation, which is elsewhere."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name == "href" and isinstance(item, str):
                yield item
            elif name != "curies":
                yield from _hrefs(item)


def _found_in(text: str, with_files: bool) -> list[tuple[str, list[str]]]:  # noqa: FBT001
    patterns = _ALWAYS | (_IN_ERRORS if with_files else {})
    found = [
        (what, [match[0] for match in pattern.finditer(text)])
        for what, pattern in patterns.items()
    ]
    return [(what, words) for what, words in found if words]


def _words(context: Context, *, is_error: bool) -> Iterator[tuple[str, str]]:
    for name, value in context.exchange.headers.items():
        if name != "location":
            yield name, value
    if context.body is None:
        yield "", context.exchange.body.decode("utf-8", errors="replace")
    else:
        yield from _texts(context.body, "", is_error=is_error)


def _texts(value: Any, name: str, *, is_error: bool) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, name, is_error=is_error)
    elif isinstance(value, dict):
        for key, item in value.items():
            if is_error or not _is_of_users(key):
                yield from _texts(item, key, is_error=is_error)


@lru_cache(maxsize=1000)  # The same names come in every row.
def _is_of_users(name: str) -> bool:
    return _OF_USERS.fullmatch(name) is not None


def _shown(what: str, text: str) -> str:
    return "(not shown)" if what in {"a private key", "a token"} else json.dumps(text[:80])
