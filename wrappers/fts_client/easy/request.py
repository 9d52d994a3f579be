"""How a `Context` talks to the server: the counterpart of the official `Request`, over one pool of connections."""

# ruff: noqa: FBT001, FBT002, PLR0917
# These are the official signatures.
from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

from fts_client.clock import Clock
from fts_client.credentials.x509 import TokenCredential, X509Credential
from fts_client.easy.exceptions import (
    BadAnswer,
    ClientError,
    ConnectionFailed,
    FailedDependency,
    FTS3ClientException,
    MethodNotAllowed,
    NeedDelegation,
    NotFound,
    ServerError,
    TryAgain,
    Unauthorized,
)
from fts_client.errors import FTSAPIError, FTSConnectionError, FTSError, FTSResponseError
from fts_client.retry import RetryPolicy
from fts_client.timeouts import Timeouts
from fts_client.transport.clients import Sender
from fts_client.transport.credential_source import CredentialSource
from fts_client.transport.transport import FTSTransport
from fts_client.trust.context import Trust

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from os import PathLike

__all__ = ["Request", "official_error"]

_SERVER_ERRORS = 500


class Request:
    """Sends requests with one credential; the default `request_class` of `Context`.

    Give a class with the same constructor and the same `method` as `request_class` to send requests another way, for
    instance a subclass that counts them.

    Args:
        ucert: File of the proxy or certificate; None for none.
        ukey: File of the private key; None: the same file.
        capath: Directory of CA certificates; None: X509_CERT_DIR, else /etc/grid-security/certificates.
        passwd: Passphrase of the key, or a function that asks for it; None when it has none.
        verify: False switches the verification of the server off. For tests only.
        fts_access_token: Bearer token, in place of a certificate.
        connectTimeout: Seconds to connect; None: 30.
        timeout: Seconds that the server may be silent; None: 30.

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
    ) -> None:
        self.ucert = ucert
        self.ukey = ukey
        self.capath = capath
        # Only an explicit False switches verification off: None may be a setting that nobody made.
        self.verify = verify is not False
        self.connectTimeout = connectTimeout or 30
        self.timeout = timeout or 30
        self.credential: X509Credential | TokenCredential | None = None
        if fts_access_token:
            self.credential = TokenCredential(fts_access_token)
        elif ucert:
            self.credential = X509Credential.from_file(ucert, key_path=ukey, passphrase=passwd)
        self._clock = Clock()
        self._open: dict[tuple[str, str], tuple[FTSTransport, Sender]] = {}

    @property
    def timeouts(self) -> Timeouts:
        """The two limits of the official client as ours."""
        return Timeouts(
            connect_s=self.connectTimeout,
            read_s=self.timeout,
            write_s=self.timeout,
            pool_s=self.timeout,
        )

    def transport(self, url: str) -> FTSTransport:
        """Return the transport to a server, the same one for every address of it.

        Args:
            url: Any address of the server.

        Returns:
            The transport.

        Raises:
            FTSError: Not an https URL, or the credential cannot be used.
        """
        return self._opened(url)[0]

    def _opened(self, url: str) -> tuple[FTSTransport, Sender]:
        parts = urlsplit(url)
        key = parts.scheme, parts.netloc
        if key not in self._open:
            source = CredentialSource(
                f"{parts.scheme}://{parts.netloc}",
                self.credential,
                trust=Trust(verify=self.verify, ca_dir=self.capath),
                clock=self._clock,
                anonymous=self.credential is None,
            )
            transport = FTSTransport(source, policy=RetryPolicy())
            self._open[key] = transport, Sender(transport, timeouts=self.timeouts)
        return self._open[key]

    def method(
        self,
        method: str,
        url: str,
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        user: str | None = None,
        passw: str | None = None,
    ) -> str:
        """Send one request.

        Args:
            method: HTTP method.
            url: Whole address.
            body: Body; None for none.
            headers: Additional headers.
            user: User name for basic authentication.
            passw: Password for it.

        Returns:
            Body of the answer.

        Raises:
            FTS3ClientException: One of its subclasses, by status.
            CredentialError: The credential has ended.
        """
        return self._send(method, url, body, headers, user, passw).text  # type: ignore[no-any-return]

    def value(self, method: str, url: str, body: str | None, headers: Mapping[str, str]) -> Any:
        """Send one request and return the JSON value of the answer, which is parsed once; None for an empty body.

        Args:
            method: HTTP method.
            url: Whole address.
            body: Body; None for none.
            headers: Additional headers.

        Returns:
            The JSON value.

        Raises:
            FTS3ClientException: One of its subclasses, by status.
            CredentialError: The credential has ended.
        """
        answer = self._send(method, url, body, headers, None, None)
        try:
            return answer.json() if answer.content else None
        except FTSError as error:
            official_error(error)

    def _send(
        self,
        method: str,
        url: str,
        body: str | bytes | None,
        headers: Mapping[str, str] | None,
        user: str | None,
        passw: str | None,
    ) -> Any:
        basic = (user, passw) if user and passw else None
        try:
            return self._opened(url)[1].send(
                method, url, body=body, headers=headers, basic_auth=basic
            )
        except FTSError as error:
            official_error(error)


def official_error(error: FTSError) -> NoReturn:
    """Raise what the official client raises in the same situation.

    Args:
        error: Ours, which becomes the cause and keeps what the official class has no place for.

    Raises:
        FTS3ClientException: By status; errors about credentials and arguments are raised as they are.

    Source: fts3 3.14.2, `fts3.rest.client.request`.
    """
    if isinstance(error, FTSAPIError):
        raise _by_status(error) from error
    if isinstance(error, FTSConnectionError):
        raise ConnectionFailed(str(error)) from error
    if isinstance(error, FTSResponseError):
        raise BadAnswer(str(error)) from error
    raise error


def _by_status(error: FTSAPIError) -> FTS3ClientException:
    code, message = error.status_code, error.message
    special: dict[int, Callable[[], FTS3ClientException]] = {
        400: lambda: ClientError(f"Bad request: {message}" if message else "Bad request"),
        401: lambda: Unauthorized(message or None),
        402: lambda: Unauthorized(message or None),
        403: lambda: Unauthorized(message or None),
        404: lambda: NotFound(error.url, message or None),
        405: lambda: MethodNotAllowed(message or None),
        419: lambda: NeedDelegation("Need delegation"),
        424: lambda: FailedDependency("Failed dependency"),
        503: lambda: TryAgain(str(code)),
    }
    if code in special:
        return special[code]()
    return ServerError(str(code)) if code >= _SERVER_ERRORS else ClientError(str(code))
