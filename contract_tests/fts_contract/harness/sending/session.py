"""The only way by which requests leave the harness: verified, counted, limited, and locked by the profile."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from functools import cached_property
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import requests
from requests.utils import get_environ_proxies, select_proxy

from fts_contract.harness.sending.answer_limit import AnswerLimitAdapter
from fts_contract.harness.sending.budget import Budget, OverError
from fts_contract.harness.sending.credential import curl_options
from fts_contract.harness.sending.errors import (
    CannotRunError,
    LockedRequestError,
    NoCredentialError,
)
from fts_contract.harness.sending.exchange import Exchange, Intent
from fts_contract.harness.sending.interrupts import answered_first
from fts_contract.harness.sending.redaction import without_tokens
from fts_contract.harness.sending.safety import changes_nothing

if TYPE_CHECKING:
    from fts_contract.harness.sending.credential import Credential
    from fts_contract.harness.sending.journal import Journal
    from fts_contract.harness.sending.safety import Lock

__all__ = ["GuardedSession", "to_exchange", "unanswered"]

USER_AGENT = "fts-contract"
_IDLE_S = 0.8
"""Below the shortest time, in whole seconds, for which servers keep idle connections."""
_OWN_MARKS = "x-schemathesis"
_WRITTEN = "!#$%&'()*+,/:;=?@[]~"
"""What `quote` leaves alone in a URL: delimiters, and escapes that are there already."""


class GuardedSession(requests.Session):
    """A `requests` session that asks a lock before each request, no matter which part of the harness makes it.

    It ignores the environment (`REQUESTS_CA_BUNDLE` would replace the CA directory, `.netrc` would add
    credentials) but for the HTTP proxy that it names unless another one is given, keeps no cookies and follows no redirects.
    """

    def __init__(
        self,
        base_url: str,
        *,
        credential: Credential | None,
        verify: bool | str,
        http_proxy: str | None = None,
        timeout_s: float,
        lock: Lock,
        budget: Budget | None = None,
        journal: Journal | None = None,
    ) -> None:
        super().__init__()
        self.credential = credential
        self.sender = curl_options(credential, verify)
        self.journal = journal
        self.budget = budget or Budget()
        self.base_url = base_url
        self.trust_env = False
        self.http_proxy = http_proxy
        self.proxies = _proxies(base_url, http_proxy)
        self.verify = verify
        self.timeout_s = timeout_s
        self.lock = lock
        self.sent = 0
        self._used_at = time.monotonic()
        self._turn = threading.Lock()
        for scheme in ("https://", "http://"):
            self.mount(scheme, AnswerLimitAdapter())
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.headers = {"Accept": "application/json", "User-Agent": USER_AGENT}
        if credential is not None:
            self.cert = credential.requests_cert
            if credential.token:
                self.headers["Authorization"] = f"Bearer {credential.token}"

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send one request, unless the lock forbids it.

        Raises:
            LockedRequestError: The profile does not allow this request; nothing was sent.
            OverError: The budget of the run is used up; nothing was sent.
            NoCredentialError: The file of the credential is not there any more; nothing was sent.
            requests.RequestException: No complete answer came.
        """
        method, url = str(request.method).upper(), str(request.url)
        if not url.startswith(f"{self.base_url}/"):
            raise LockedRequestError(f"{method} {url} leaves {self.base_url}")
        target = url.removeprefix(self.base_url)
        body = request.body.encode() if isinstance(request.body, str) else request.body
        self.permit(method, target, body)
        for name in [name for name in request.headers if name.lower().startswith(_OWN_MARKS)]:
            # schemathesis adds a random id to each request, by which two runs with the same seed would differ.
            del request.headers[name]
        timeout_s = kwargs.get("timeout") or self.timeout_s
        kwargs["timeout"] = self.budget.before(timeout_s)
        self.sent += 1
        self._drop_idle_connections()
        if self.journal is None or changes_nothing(method, target):
            return self._answered(request, **kwargs)
        # Neither the end of the time nor an interrupt leaves a change under way, which would come after all was put back.
        kwargs["timeout"] = timeout_s
        with answered_first():
            number = self.journal.begin(method, target, body)
            response = self._answered(request, **kwargs)
            self.journal.end(number, method, target, response.status_code, response.content)
        return response

    def _answered(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        started = self.budget.clock()
        try:
            # Reads the whole answer, since nothing here streams.
            response = super().send(request, **kwargs)
        except requests.RequestException as error:
            error.request = error.request or request
            if self.budget.unanswered():
                raise OverError(self.budget.over) from None
            raise
        except OSError as error:
            # `requests` looks for the files before each request.
            raise NoCredentialError(
                str(error), remedy="keep the credential and the CA files in place during a run"
            ) from error
        self._used_at = time.monotonic()
        self.budget.answered()
        response.elapsed = timedelta(seconds=self.budget.clock() - started)
        return response

    def _drop_idle_connections(self) -> None:
        """Connect anew after a pause: a server that closes idle connections may do so just when a request is under way."""
        with self._turn:
            now = time.monotonic()
            if now - self._used_at > _IDLE_S:
                for adapter in self.adapters.values():
                    adapter.close()
            self._used_at = now

    @cached_property
    def _blank(self) -> requests.PreparedRequest:
        """A request to the base URL, which `requests` checks only here."""
        return self.prepare_request(requests.Request("GET", self.base_url))

    def permit(self, method: str, target: str, body: bytes | None = None) -> None:
        """Ask the lock whether a request may be sent.

        Raises:
            LockedRequestError: It may not.
        """
        reason = self.lock(method, target, body)
        if reason is not None:
            raise LockedRequestError(f"{method} {urlsplit(target).path}: {reason}")

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Never follow: the redirect itself is the answer to judge."""
        del resp
        return None

    def ask(
        self,
        method: str,
        path: str,
        *,
        phase: str,
        intent: Intent = "valid",
        headers: dict[str, str] | None = None,
        json: Any = None,
        data: bytes | None = None,
    ) -> Exchange:
        """Send one request of the harness itself, with its escapes as they are written.

        Raises:
            requests.RequestException: No complete answer came.
            LockedRequestError: The profile does not allow it.
        """
        # `requests` would unescape letters and digits in the URL, which is the task of the server.
        request = self._blank.copy()
        request.prepare_method(method)
        request.url = quote(f"{self.base_url}{path}", safe=_WRITTEN)
        request.prepare_headers({**self.headers, **(headers or {})})
        request.prepare_body(data, None, json)
        response = self.send(request)
        return to_exchange(
            response.request,
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=response.content,
            elapsed_s=response.elapsed.total_seconds(),
            intent=intent,
            phase=phase,
            sender=self.sender,
        )


def _proxies(base_url: str, chosen: str | None) -> dict[str, str]:
    """Name the HTTP proxy as `requests` wants it: the chosen one, else that of the environment."""
    if chosen is None:
        chosen = select_proxy(base_url, get_environ_proxies(base_url))
    if not chosen:
        return {}
    try:
        parts = urlsplit(chosen if "://" in chosen else f"http://{chosen}")
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        # Not quoted: it may hold a password.
        raise CannotRunError(
            "the address of the HTTP proxy cannot be used",
            remedy="write it like http://proxy.example.org:3128",
        )
    return {"all": chosen}


def to_exchange(
    request: requests.PreparedRequest,
    *,
    status: int,
    headers: dict[str, str],
    body: bytes,
    elapsed_s: float,
    intent: Intent,
    phase: str,
    sender: str,
) -> Exchange:
    """Build an exchange from a request as `requests` sent it.

    Tokens that the answer shows are removed here, also those that were not sent with this request: a server may show
    the caller's token to somebody else.
    """
    sent = request.body
    token = str(request.headers.get("Authorization", "")).partition(" ")[2]
    body = without_tokens(body.decode("latin-1"), token).encode("latin-1")
    headers = {name: without_tokens(value, token) for name, value in headers.items()}
    return Exchange(
        method=str(request.method).upper(),
        url=str(request.url),
        request_headers=dict(request.headers),
        request_body=sent.encode() if isinstance(sent, str) else sent,
        status=status,
        headers=headers,
        body=body,
        elapsed_s=elapsed_s,
        intent=intent,
        phase=phase,
        sender=sender,
    )


def unanswered(error: requests.RequestException, sender: str) -> Exchange | None:
    """Give the request of an error, as an exchange without an answer; None when nothing was sent."""
    request = error.request
    if not isinstance(request, requests.PreparedRequest):
        return None
    return to_exchange(
        request, status=0, headers={}, body=b"", elapsed_s=0, intent="unknown", phase="",
        sender=sender,
    )  # fmt: skip
