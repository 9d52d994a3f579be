"""How a `Context` sends requests: the counterpart of the official `Request`, over one pool of connections."""

# ruff: noqa: FBT001, FBT002, PLR0917
# These are the official signatures.
from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar
from urllib.parse import quote, urlsplit

import fts_client.easy.exceptions as official
from fts_client.clock import Clock
from fts_client.credentials import TokenCredential, X509Credential
from fts_client.delegation.procedure import delegate, ensure_delegation
from fts_client.errors import (
    CredentialError,
    FTSAPIError,
    FTSConnectionError,
    FTSError,
    FTSResponseError,
    FTSUsageError,
)
from fts_client.procedures.driver import run
from fts_client.procedures.submission import accepted, settle
from fts_client.retry import RetryPolicy
from fts_client.timeouts import Timeouts
from fts_client.transport.clients import generated_client
from fts_client.transport.credential_source import CredentialSource
from fts_client.transport.sender import Sender
from fts_client.transport.transport import FTSTransport
from fts_client.trust.context import Trust

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import timedelta
    from os import PathLike

    from fts_client.procedures.driver import Flow
    from fts_client.transport.http_proxy import ProxyChoice

T = TypeVar("T")

_FIRST_SERVER_ERROR = 500
_NOT_IN_URLS = re.compile(r"[^!-~]+")
_LAST_DOTS = re.compile(r"(/\.\.?)(?=$|[?#])")


class Request:
    """Sends requests with one credential; the default `request_class` of `Context`.

    To send requests another way, give a class with the same constructor and the same `method` as `request_class`, for
    instance a subclass that counts them.

    The arguments are those of `Context`. `passwd` is the passphrase of the key, or a function that asks for it; None when the key
    is not encrypted. None as a limit means 30 seconds.

    Raises:
        CredentialError: The files hold no usable credential.
    """

    def __init__(
        self,
        ucert: str | PathLike[str] | None,
        ukey: str | PathLike[str] | None,
        capath: str | PathLike[str] | None = None,
        passwd: str | bytes | Callable[[], str | bytes] | None = None,
        verify: bool = True,
        fts_access_token: str | None = None,
        connectTimeout: float | None = 30,  # noqa: N803 - the official name
        timeout: float | None = 30,
        *,
        proxy: ProxyChoice = None,
    ) -> None:
        self.ucert = ucert
        self.ukey = ukey
        self.capath = capath
        # Only an explicit False switches verification off: None may come from a setting that was never made.
        self.verify = verify is not False
        self.connectTimeout = connectTimeout or 30
        self.timeout = timeout or 30
        self.proxy = proxy
        self.credential: X509Credential | TokenCredential | None = None
        if fts_access_token:
            self.credential = TokenCredential(fts_access_token)
        elif ucert:
            self.credential = X509Credential.from_file(ucert, key_path=ukey, passphrase=passwd)
        self._clock = Clock()
        self._servers: dict[str, tuple[FTSTransport, Sender]] = {}

    def method(
        self,
        method: str,
        url: str,
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        user: str | None = None,
        passw: str | None = None,
    ) -> str:
        """Send one request to a complete URL, and return the body of the answer.

        Args:
            method: HTTP method.
            url: Complete URL.
            body: Body; None: no body.
            headers: Additional headers.
            user: User name for basic authentication; needs `passw`.
            passw: Password for basic authentication.

        Raises:
            FTS3ClientException: One of its subclasses, by status.
            CredentialError: The credential has expired.
        """
        basic = (user, passw) if user and passw else None
        return str(self._send(method, url, body, headers, basic).text)

    def value(self, method: str, url: str, body: str | None, headers: Mapping[str, str]) -> Any:
        """Send one request and return the JSON value of the answer.

        The arguments and errors are those of `method`. The answer is parsed once, where a caller of `method` would parse it
        again.
        """
        answer = self._send(method, url, body, headers)
        try:
            return answer.json()
        except FTSError as error:
            _raise_official(error)

    def delegate(
        self,
        endpoint: str,
        *,
        user_agent: str,
        lifetime: timedelta,
        force: bool,
        min_left: timedelta,
    ) -> str:
        """Delegate to a server, in the name of a program; see `fts_client.easy.delegate`."""
        try:
            flow = (
                delegate(lifetime=lifetime, force=True)
                if force
                else ensure_delegation(lifetime=lifetime, min_left=min_left)
            )
            return self._run(flow, endpoint, user_agent).delegation_id
        except (FTSError, ArithmeticError) as error:
            raise official.ClientError(str(error)) from error

    def settle(
        self, endpoint: str, *, user_agent: str, body: str, outcome: object, began_s: float
    ) -> str:
        """Return the id of the job that a submission made, see `fts_client.procedures.submission.settle`."""
        try:
            if not isinstance(outcome, FTSError) and "deterministic" not in body:
                # The server chose the id: nothing to compare it with, so no need to read the body and the credential.
                return accepted(outcome)
            flow = settle(json.loads(body), outcome, began_s=began_s)
            return self._run(flow, endpoint, user_agent)
        except FTSError as error:
            if isinstance(error, CredentialError) and isinstance(outcome, str):
                # The credential has ended since the server accepted the job.
                return outcome
            _raise_official(outcome if isinstance(outcome, FTSError) else error)

    def _run(self, flow: Flow[T], endpoint: str, user_agent: str) -> T:
        transport, _ = self._server(endpoint)
        raw = generated_client(transport, timeouts=self._timeouts, user_agent=user_agent)
        return run(flow, raw, self._clock)

    @property
    def _timeouts(self) -> Timeouts:
        limit = self.timeout
        return Timeouts(connect_s=self.connectTimeout, read_s=limit, write_s=limit, pool_s=limit)

    def _server(self, url: str) -> tuple[FTSTransport, Sender]:
        """Return what sends requests to the server of a URL; all URLs of a server share one pool of connections."""
        parts = urlsplit(url.lstrip())
        server = f"{parts.scheme}://{parts.netloc}"
        if server not in self._servers:
            source = CredentialSource(
                server,
                self.credential,
                trust=Trust(verify=self.verify, ca_dir=self.capath),
                clock=self._clock,
                anonymous=self.credential is None,
            )
            transport = FTSTransport(source, policy=RetryPolicy(), proxy=self.proxy)
            self._servers[server] = transport, Sender(transport, timeouts=self._timeouts)
        return self._servers[server]

    def _send(
        self,
        method: str,
        url: str,
        body: str | bytes | None,
        headers: Mapping[str, str] | None,
        basic_auth: tuple[str, str] | None = None,
    ) -> Any:
        try:
            _, sender = self._server(url)
            url = _written(url)
            return sender.send(method, url, body=body, headers=headers, basic_auth=basic_auth)
        except FTSError as error:
            _raise_official(error)


def _written(url: str) -> str:
    """Write a URL as the official client does.

    A line end in a job id becomes %0A, and the server says that there is no such job. A slash follows dots at the end of a path:
    without it, cancelling the file ".." of a job would cancel the job.
    """
    url = _NOT_IN_URLS.sub(lambda found: quote(found[0], errors="surrogatepass"), url.lstrip())
    return _LAST_DOTS.sub(r"\1/", url)


def _raise_official(error: FTSError) -> NoReturn:
    """Raise what the official client raises in the same situation; ours becomes the cause and keeps the details.

    Errors about credentials have no official counterpart and are raised as they are.

    Source: fts3 3.14.2, `fts3.rest.client.request`.
    """
    if isinstance(error, FTSAPIError):
        raise _by_status(error) from error
    if isinstance(error, (FTSConnectionError, FTSResponseError)):
        broken = isinstance(error, FTSConnectionError)
        raise (official.ConnectionFailed if broken else official.BadAnswer)(str(error)) from error
    if isinstance(error, FTSUsageError):
        raise official.ClientError(str(error)) from error
    raise error


def _by_status(error: FTSAPIError) -> official.FTS3ClientException:
    code, message = error.status_code, error.message or error.body or None
    said = (message,) if message else ()
    errors: dict[int, official.FTS3ClientException] = {
        400: official.ClientError(f"Bad request: {message}" if message else "Bad request"),
        401: official.Unauthorized(*said),
        402: official.Unauthorized(*said),
        403: official.Unauthorized(*said),
        404: official.NotFound(error.url, message),
        405: official.MethodNotAllowed(*said),
        419: official.NeedDelegation("Need delegation"),
        424: official.FailedDependency("Failed dependency"),
        503: official.TryAgain(str(code)),
    }
    other = official.ServerError if code >= _FIRST_SERVER_ERROR else official.ClientError
    return errors.get(code) or other(str(code))
