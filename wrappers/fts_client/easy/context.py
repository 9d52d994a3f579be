"""`Context`: the server and the credential to use, the first argument of every function of `easy` that sends requests."""

# ruff: noqa: FBT001, FBT002, PLR0917
# These are the official signatures.
from __future__ import annotations

import getpass
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from fts_client.credentials.discovery import default_proxy_path
from fts_client.easy.exceptions import BadAnswer, BadEndpoint, FTS3ClientException
from fts_client.easy.request import Request
from fts_client.errors import CredentialError, FTSAPIError, FTSError, FTSResponseError
from fts_client.errors.logs import safe_logger

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from os import PathLike

    from fts_client.transport.http_proxy import ProxyChoice

_log = safe_logger(__name__)

__version__ = "3.14.2"
# FTS 3.13.4 was observed to answer by the User-Agent ([] in place of null), so equal answers need an equal name.
_USER_AGENT: Final = f"fts-python-bindings/{__version__}"
_HOST_CERTIFICATE: Final = Path("/etc/grid-security/hostcert.pem")
_HOST_KEY: Final = Path("/etc/grid-security/hostkey.pem")


class Context:
    """A server and a credential; all requests share one pool of connections.

    The methods that send requests raise a subclass of `FTS3ClientException` by status. Paths begin at the endpoint.

    Args:
        endpoint: URL of the REST interface.
        ucert: File of the proxy or certificate; None: found as grid tools find it.
        ukey: File of the private key; None: the same file.
        verify: False switches the verification of the server off. For tests only.
        fts_access_token: Bearer token, in place of a certificate.
        no_creds: True: no credential at all.
        capath: Directory of CA certificates; None: X509_CERT_DIR, else /etc/grid-security/certificates.
        request_class: How requests are sent, see `Request`.
        connectTimeout: Seconds to connect.
        timeout: Seconds that the server may be silent.
        user_agent: Name of the program; None: that of the official client.
        proxy: Address of the HTTP proxy; False: none; None: what HTTPS_PROXY and NO_PROXY say.

    Attributes:
        endpoint: URL of the server, without a slash at the end.
        endpoint_info: The answer of `GET /`, with `url` added.
        access_method: "X509", "oauth2", or None without credential.
        ucert: File of the certificate in use, or None.
        ukey: File of the key in use, or None.
        user_agent: Name of the program.
        delegator: The `Request` that signs delegations.

    Raises:
        BadEndpoint: There is no FTS server at the endpoint.
        FTS3ClientException: Another of its subclasses: the server refuses the request.
        CredentialError: The credential cannot be used; `CredentialNotFoundError` is a FileNotFoundError.

    Source: fts3 3.14.2, `fts3.rest.client.context`.
    """

    def __init__(
        self,
        endpoint: str,
        ucert: str | PathLike[str] | None = None,
        ukey: str | PathLike[str] | None = None,
        verify: bool = True,
        fts_access_token: str | None = None,
        no_creds: bool = False,
        capath: str | PathLike[str] | None = None,
        request_class: type[Any] = Request,
        connectTimeout: float | None = 30,  # noqa: N803 - the official name
        timeout: float | None = 30,
        user_agent: str | None = None,
        *,
        proxy: ProxyChoice = None,
    ) -> None:
        self.user_agent = _USER_AGENT if user_agent is None else user_agent
        self.endpoint = endpoint.removesuffix("/")
        self.access_method: str | None = None
        self.ucert: str | PathLike[str] | None = None
        self.ukey: str | PathLike[str] | None = None
        self.fts_access_token = None if no_creds else fts_access_token or None
        if self.fts_access_token:
            self.access_method = "oauth2"
        elif not no_creds:
            self.ucert, self.ukey = _find_files(ucert, ukey)
            self.access_method = "X509"
            if not self.ucert:
                _log.warning("No user certificate given!")
        arguments: dict[str, Any] = {
            "passwd": _ask_for_passphrase,
            "verify": verify,
            "fts_access_token": self.fts_access_token,
            "capath": capath,
            "connectTimeout": connectTimeout,
            "timeout": timeout,
            **({} if proxy is None else {"proxy": proxy}),
        }
        self._requester = request_class(self.ucert, self.ukey, **arguments)
        # A delegation is signed with the user's key, which another request class does not give away.
        self.delegator = (
            self._requester
            if isinstance(self._requester, Request)
            else Request(self.ucert, self.ukey, **arguments)
        )
        self.endpoint_info: dict[str, Any] = self._ask_for_versions()

    def _ask_for_versions(self) -> dict[str, Any]:
        try:
            return {**self.fetch("GET", "/"), "url": self.endpoint}
        except CredentialError:
            raise
        except (FTSError, FTS3ClientException, TypeError, ValueError) as error:
            # An error of another request class has no cause, and is taken for the server's.
            if isinstance(error, FTS3ClientException) and isinstance(
                error.__cause__, FTSAPIError | None
            ):
                raise
            # Not the user and the password that an endpoint may hold: this text ends in logs.
            place = self.endpoint.rpartition("@")[2]
            raise BadEndpoint(f"{place} ({error.__cause__ or error})") from error

    def has_certificate(self) -> Any:
        """Return something true if a certificate is in use."""
        return self.ucert and self.ukey

    def get_endpoint_info(self) -> dict[str, Any]:
        """Return the answer of `GET /`, with `url` added."""
        return self.endpoint_info

    def get(self, path: str, args: Mapping[str, str] | None = None) -> str:
        """Send GET with the query parameters `args`, and return the body of the answer."""
        if args:
            path += "?" + "&".join(f"{name}={quote(value)}" for name, value in args.items())
        return self._text("GET", path)

    def put(self, path: str, body: str | bytes) -> str:
        """Send PUT, and return the body of the answer."""
        return self._text("PUT", path, body)

    def delete(self, path: str) -> str:
        """Send DELETE, and return the body of the answer."""
        return self._text("DELETE", path)

    def post_json(self, path: str, body: Any) -> str:
        """Send POST with JSON text, or a value to write as JSON, and return the body of the answer."""
        return self._text("POST", path, body if isinstance(body, str) else json.dumps(body))

    def fetch(self, method: str, path: str, body: str | None = None) -> Any:
        """Send a request with JSON text or no body, and return the JSON value of the answer.

        Raises:
            BadAnswer: It is not JSON, or about a job that the path does not name.
        """
        if self._uses_our_method():
            answer = self._requester.value(method, self._url(path), body, self._headers(body))
        else:
            try:
                answer = json.loads(self._text(method, path, body))
            except (ValueError, RecursionError) as error:
                raise BadAnswer(f"The answer is not JSON: {error}") from None
        for entry in answer if isinstance(answer, list) else [answer]:
            job_id = entry.get("job_id") if isinstance(entry, dict) else None
            if path.startswith("/jobs/") and str(job_id or "").lower() not in path.lower():
                odd = FTSResponseError(f"The answer to {method} {path} is about job {job_id}")
                raise BadAnswer(str(odd)) from odd
        return answer

    def get_together(self, paths: Sequence[str]) -> list[Any]:
        """Send several GETs at the same time, and return the JSON value of each answer."""
        if not self._uses_our_method():
            # Another request class need not be safe to use from several threads.
            return [self.fetch("GET", path) for path in paths]
        with ThreadPoolExecutor(len(paths)) as threads:
            answers = [threads.submit(self.fetch, "GET", path) for path in paths]
        # All requests have ended here, so which ones are sent does not depend on the order of the answers.
        return [answer.result() for answer in answers]

    def _uses_our_method(self) -> bool:
        """Say whether requests may bypass `method`: a class that overrides it must see every request."""
        return getattr(type(self._requester), "method", None) is Request.method

    def _url(self, path: str) -> str:
        return f"{self.endpoint.rstrip('/')}/{str(path).lstrip('/')}"

    def _headers(self, body: str | bytes | None) -> dict[str, str]:
        headers = {"User-Agent": self.user_agent}
        if isinstance(body, str):
            headers["Content-Type"] = "application/json"
        return headers

    def _text(self, method: str, path: str, body: str | bytes | None = None) -> str:
        headers = self._headers(body if method == "POST" else None)
        return str(self._requester.method(method, self._url(path), body=body, headers=headers))


def _find_files(
    ucert: str | PathLike[str] | None, ukey: str | PathLike[str] | None
) -> tuple[str | PathLike[str] | None, str | PathLike[str] | None]:
    """Find certificate and key in the order of the official client."""
    if ucert:
        return ucert, ukey or ucert
    if named := os.environ.get("X509_USER_PROXY"):
        return named, named
    proxy = default_proxy_path()
    if proxy.exists():
        return str(proxy), str(proxy)
    if named := os.environ.get("X509_USER_CERT"):
        return named, os.environ.get("X509_USER_KEY", named)
    if _HOST_CERTIFICATE.exists() and _HOST_KEY.exists():
        return str(_HOST_CERTIFICATE), str(_HOST_KEY)
    return None, None


def _ask_for_passphrase() -> str:
    return getpass.getpass("Private key password: ")
