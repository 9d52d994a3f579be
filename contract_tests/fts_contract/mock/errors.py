"""The error answers of FTS, as exceptions that handlers raise."""

from __future__ import annotations

import html
import json
from http import HTTPStatus
from typing import Any, Final

import attrs

# 419 is not registered, so HTTPStatus does not know it.
_REASONS: Final = {419: "Authentication Timeout"}

UNKNOWN_PATH: Final = (
    "The requested URL was not found on the server. If you entered the URL manually please check your "
    "spelling and try again."
)
METHOD_NOT_ALLOWED: Final = "The method is not allowed for the requested URL."


def status_text(status: int) -> str:
    """Write a status as the JSON errors of FTS carry it: `404 Not Found`."""
    return f"{status} {_REASONS.get(status) or HTTPStatus(status).phrase}"


@attrs.define(eq=False)
class APIError(Exception):
    """An error that a route answers with: JSON, whatever `Accept` says.

    Attributes:
        status: HTTP status.
        message: For people; fixed texts are those of FTS 3.13.4.
        headers: Extra headers of the answer.
    """

    status: int
    message: str
    headers: dict[str, str] = attrs.Factory(dict)

    def body(self) -> bytes:
        """The JSON body."""
        return json.dumps({"status": status_text(self.status), "message": self.message}).encode()


class NotBuiltError(APIError):
    """An operation of the API that this mock does not imitate yet: 501."""

    def __init__(self, operation: str) -> None:
        super().__init__(501, f"The mock does not imitate {operation} yet")


@attrs.define(eq=False)
class PageError(Exception):
    """An error that is answered before or beside the application, as an HTML page.

    Attributes:
        status: HTTP status.
        message: The sentence in the page.
        charset: `utf-8` for the application, `iso-8859-1` for the web server in front of it.
    """

    status: int
    message: str
    charset: str = "utf-8"

    def body(self) -> bytes:
        """The HTML body."""
        reason = status_text(self.status).partition(" ")[2]
        title, text = (
            f"<title>{self.status} {reason}</title>",
            f"<p>{html.escape(self.message)}</p>",
        )
        if self.charset == "utf-8":
            head = '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">'
            return f"{head}\n{title}\n<h1>{reason}</h1>\n{text}\n".encode()
        head = '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">'
        page = f"{head}\n<html><head>\n{title}\n</head><body>\n<h1>{reason}</h1>\n{text}\n"
        return f"{page}</body></html>\n".encode("latin-1", "replace")


def bad_request(message: str) -> APIError:
    """A 400."""
    return APIError(400, message)


def forbidden(message: str = "Not enough permissions") -> APIError:
    """A 403."""
    return APIError(403, message)


def per_job(job_id: str, *, status: int, message: str) -> dict[str, Any]:
    """The other error shape of FTS, for one job of an answer about jobs.

    Source: observed on FTS 3.13.4, style B (recording jobs-get-unknown).
    """
    return {
        "job_id": job_id,
        "http_status": "200 Ok" if status == HTTPStatus.OK else status_text(status),
        "http_message": message,
    }
