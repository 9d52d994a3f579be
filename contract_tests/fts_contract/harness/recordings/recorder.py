"""Keep the exchanges of a run as recordings without secrets, so that a site can contribute what its server does."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections import Counter, defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import attrs

from fts_contract.harness.contract.json_text import parse_json
from fts_contract.harness.contract.media_types import MediaType
from fts_contract.harness.sending.redaction import without_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["Recorder"]

_REMOVED = "(removed)"
_SECRET_FIELDS = frozenset(
    {
        *("access_key", "access_token", "access_token_secret", "app_key", "app_secret"),
        *("client_secret", "destination_tokens", "refresh_token", "request_token"),
        *("request_token_secret", "secret_key", "source_tokens"),
    }
)
_DN = re.compile(r"/(?:DC|C|O|OU|CN|L|ST)=[^\"'\\,\n<]*")
_CERTIFICATE = re.compile(
    r"(-----BEGIN CERTIFICATE-----).*?(-----END CERTIFICATE-----|\Z)", re.DOTALL
)
_KEPT_REQUEST_HEADERS = frozenset({"accept", "content-type"})
_DROPPED_ANSWER_HEADERS = frozenset({"connection", "date", "keep-alive", "server", "set-cookie"})
_MOST = 5


@attrs.define
class Recorder:
    """Collects exchanges.

    Attributes:
        hide_dns: Replace DNs by numbers, and ids derived from DNs, and leave certificates out.
        most: How many exchanges of one operation with one status are kept: the first ones.
    """

    hide_dns: bool = False
    most: int = _MOST
    _files: dict[str, list[dict[str, Any]]] = attrs.field(factory=lambda: defaultdict(list))
    _seen: Counter[tuple[str, int]] = attrs.field(factory=Counter)
    _people: dict[str, str] = attrs.field(factory=dict)
    _derived: dict[str, str] = attrs.field(factory=dict)

    def take(self, operation: Operation, exchange: Exchange) -> None:
        """Keep an exchange, unless enough of its kind are kept."""
        if self.hide_dns and operation.operation_id == "whoami":
            self._learn_what_is_derived(exchange)
        kind = (operation.operation_id, exchange.status)
        self._seen[kind] += 1
        number = self._seen[kind]
        if number <= self.most:
            name = f"{operation.operation_id}-{exchange.status}-{number}".replace("_", "-")
            self._files[operation.tag or "other"].append(self._entry(name, operation, exchange))

    def write(self, directory: Path) -> int:
        """Write a file for each tag into a directory, which is made when needed, and count the recordings.

        Raises:
            OSError: A file cannot be written.
        """
        directory.mkdir(parents=True, exist_ok=True)
        for tag, entries in self._files.items():
            text = json.dumps(entries, indent=1, ensure_ascii=True)
            (directory / f"{tag}.json").write_text(f"{text}\n", encoding="ascii")
        return sum(map(len, self._files.values()))

    def _entry(self, name: str, operation: Operation, exchange: Exchange) -> dict[str, Any]:
        headers = {
            key: self._text(value)
            for key, value in exchange.request_headers.items()
            if key.lower() in _KEPT_REQUEST_HEADERS
        }
        return {
            "id": name,
            "operation": str(operation),
            "as": "caller",
            "setup": "",
            "request": {
                "method": exchange.method,
                "path": self._text(exchange.target),
                "query": {},
                "headers": headers,
                "body": self._body(exchange.request_body, exchange.request_content_type),
            },
            "response": {
                "status": exchange.status,
                "headers": {
                    key: self._text(value)
                    for key, value in exchange.headers.items()
                    if key not in _DROPPED_ANSWER_HEADERS
                },
                "body": self._body(exchange.body, exchange.headers.get("content-type")),
            },
            "note": f"made by fts contract run, phase {exchange.phase or 'unknown'}",
        }

    def _body(self, body: bytes | None, content_type: str | None) -> Any:
        if not body:
            return None
        text = body.decode("utf-8", errors="replace")
        try:
            value = parse_json(text)
        except ValueError:
            return self._text(text)
        # A number or word in a text answer is JSON by accident: it stays text.
        if isinstance(value, dict | list) or MediaType.parse(content_type or "").is_json:
            return self._value(value)
        return self._text(text)

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return [self._value(item) for item in value]
        if isinstance(value, dict):
            return self._fields(value)
        return value

    def _fields(self, value: Mapping[str, Any]) -> dict[str, Any]:
        return {
            self._text(key): _emptied(item) if key in _SECRET_FIELDS else self._value(item)
            for key, item in value.items()
        }

    def _text(self, text: str) -> str:
        text = without_secrets(text)
        if self.hide_dns:
            text = _CERTIFICATE.sub(rf"\1\n{_REMOVED}\n\2", text)
            text = _DN.sub(lambda found: self._person(found[0]), text)
            for told, shown in self._derived.items():
                text = text.replace(told, shown)
        return text

    def _learn_what_is_derived(self, exchange: Exchange) -> None:
        """Note the ids derived from the caller's DN, by which somebody who knows the DN could recognize the caller.

        Source: "Who is the caller" as observed on FTS 3.13.4; without VOMS attributes the delegation id is also the VO.
        """
        data = exchange.json
        if not isinstance(data, dict) or data.get("method") != "certificate":
            return
        told, user_dn, fqans = (data.get(key) for key in ("delegation_id", "user_dn", "voms_cred"))
        if not isinstance(told, str) or not isinstance(user_dn, str) or told in self._derived:
            return
        attributes = "".join(map(str, fqans)) if isinstance(fqans, list) else ""
        digest = hashlib.sha1(f"{self._text(user_dn)}{attributes}".encode(), usedforsecurity=False)
        shown = digest.hexdigest()[: len(told)]
        self._derived[told] = shown
        with suppress(AttributeError, TypeError, ValueError):
            base_id = uuid.UUID(data.get("base_id"))
            self._derived[str(uuid.uuid5(base_id, told))] = str(uuid.uuid5(base_id, shown))

    def _person(self, dn: str) -> str:
        return self._people.setdefault(dn, f"/CN=user {len(self._people) + 1}")


def _emptied(value: Any) -> Any:
    if isinstance(value, list):
        return [_emptied(item) for item in value]
    return _REMOVED if isinstance(value, str) and value else value
