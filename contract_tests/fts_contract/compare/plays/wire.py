"""Plays for a reader of bytes: HEAD, lengths, long answers, and connections that several callers use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fts_contract.compare.performing.play import plays_of

if TYPE_CHECKING:
    from fts_contract.compare.performing.script import Script

__all__ = ["BYTES", "LONG"]

# fmt: off
# One step a line.

_PATHS: Final = (
    "/", "/whoami", "/jobs", "/files", "/config", "/config/audit", "/config/links", "/config/se", "/ban/se", "/optimizer", "/optimizer/evolution",
    "/archive", "/nothing", "/jobs/none", "/delegation/none", "/api-docs/schema/submit", "/whoami/certificate", "/autocomplete/dn", "/status/hosts")


def every_byte(s: Script) -> None:
    """Answers byte by byte: HEAD, GET and OPTIONS over one connection."""
    for who in ("anonymous", "user", "administrator"):
        for path in _PATHS:
            s.raw(who, ("HEAD", path, {}), ("GET", path, {}), ("OPTIONS", path, {}))
    s.raw("user", *(("GET", "/whoami", {"Connection": value}) for value in ("keep-alive", "close")))
    s.raw("user", ("GET", "/%2e%2e/whoami", {}), ("GET", "/./whoami", {}), ("GET", "/whoami?x=%zz", {}), ("GET", "/whoami#x", {}))


def shared_connection(s: Script) -> None:
    """Callers with tokens take turns on one connection, with and without a certificate."""
    tokens = [s.bearer(who) for who in ("token", "other-token")]
    nobody: dict[str, str] = {}
    for who in ("anonymous", "user"):
        for path in ("/whoami", "/jobs", "/delegation/none", "/config/links"):
            s.raw(who, *(("GET", path, headers) for headers in (nobody, *tokens, nobody, *reversed(tokens), nobody)))
    for who in ("user", "anonymous", "administrator", "anonymous", "colleague", "user", "token", "anonymous", "root", "stranger"):
        s.get(who, "/whoami")
        s.get(who, "/jobs", limit=1)


def long_answers(s: Script) -> None:
    """Answers of many kilobytes are whole."""
    files = [s.file(f"long{n}", metadata={"filler": "x" * 900}) for n in range(40)]
    s.submit("long", *files, job_metadata={"é": "y" * 1500})
    s.get("user", "/jobs/{long}", files="file_id,file_metadata,source_surl,dest_surl")
    s.get("user", "/files")
    s.raw("user", ("GET", "/files", {}), ("HEAD", "/files", {}), ("GET", s.filled("/jobs/{long}/files"), {}))


BYTES = plays_of(every_byte, shared_connection, needs="reading")
LONG = plays_of(long_answers)
