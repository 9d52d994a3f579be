"""Where to, and as whom: the first argument of every function of `easy`."""

# ruff: noqa: FBT001, FBT002, PLR0917
# These are the official signatures.
from __future__ import annotations

import getpass
import json
import logging
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from fts_client.delegation.procedure import delegate, ensure_delegation
from fts_client.easy.exceptions import BadEndpoint, ClientError, FTS3ClientException
from fts_client.easy.request import Request
from fts_client.errors import CredentialError, FTSAPIError, FTSError
from fts_client.procedures.driver import run
from fts_client.transport.clients import generated_client

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import timedelta
    from os import PathLike

__all__ = ["Context"]

_log = logging.getLogger(__name__)

# Servers answer by the User-Agent (observed on FTS 3.13.4: [] in place of null), so equal answers need an equal name.
_USER_AGENT: Final = "fts-python-bindings/3.14.2"
_HOST_CERTIFICATE: Final = Path("/etc/grid-security/hostcert.pem")
_HOST_KEY: Final = Path("/etc/grid-security/hostkey.pem")


class Context:
    """A server and a credential; all requests share one pool of connections.

    Args:
        endpoint: Address of the REST interface.
        ucert: File of the proxy or certificate; None: found as grid tools find it.
        ukey: File of the private key; None: the same file.
        verify: False switches the verification of the server off. For tests only.
        fts_access_token: Bearer token, in place of a certificate.
        no_creds: True: no credential at all.
        capath: Directory of CA certificates; None: X509_CERT_DIR, else /etc/grid-security/certificates.
        request_class: How requests are sent, see `Request`.
        connectTimeout: Seconds to connect.
        timeout: Seconds that the server may be silent.
        user_agent: What to call this program; None: as the official client does.

    Attributes:
        endpoint: Address of the server, without a slash at the end.
        endpoint_info: The answer of `GET /`, with `url` added.
        access_method: "X509", "oauth2", or None without credential.
        ucert: File of the certificate in use, or None.
        ukey: File of the key in use, or None.
        user_agent: What the program calls itself.

    Raises:
        BadEndpoint: No FTS answers there.
        FTS3ClientException: Another of its subclasses: the server refuses.
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
        }
        self._requester = request_class(self.ucert, self.ukey, **arguments)
        # Delegation signs with our key, so it needs the credential and not only a way to send text.
        self._own = (
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
        except FTS3ClientException as error:
            if _was_refused(error):
                raise
            raise BadEndpoint(f"{self.endpoint} ({error})") from error
        except (FTSError, TypeError, ValueError) as error:
            raise BadEndpoint(f"{self.endpoint} ({error})") from error

    def has_certificate(self) -> Any:
        """Say whether a certificate is in use.

        Returns:
            Something true if so.
        """
        return self.ucert and self.ukey

    def get_endpoint_info(self) -> dict[str, Any]:
        """Return what the server said about itself.

        Returns:
            The answer of `GET /`, with `url` added.
        """
        return self.endpoint_info

    def get(self, path: str, args: Mapping[str, str] | None = None) -> str:
        """Send GET.

        Args:
            path: From the endpoint on.
            args: Query parameters.

        Returns:
            Body of the answer.

        Raises:
            FTS3ClientException: One of its subclasses, by status.
        """
        if args:
            path += "?" + "&".join(f"{name}={quote(value)}" for name, value in args.items())
        return self._text("GET", path)

    def put(self, path: str, body: str | bytes) -> str:
        """Send PUT.

        Args:
            path: From the endpoint on.
            body: Body.

        Returns:
            Body of the answer.

        Raises:
            FTS3ClientException: One of its subclasses, by status.
        """
        return self._text("PUT", path, body)

    def delete(self, path: str) -> str:
        """Send DELETE.

        Args:
            path: From the endpoint on.

        Returns:
            Body of the answer.

        Raises:
            FTS3ClientException: One of its subclasses, by status.
        """
        return self._text("DELETE", path)

    def post_json(self, path: str, body: Any) -> str:
        """Send POST.

        Args:
            path: From the endpoint on.
            body: JSON text, or what is to become it.

        Returns:
            Body of the answer.

        Raises:
            FTS3ClientException: One of its subclasses, by status.
        """
        return self._text("POST", path, body if isinstance(body, str) else json.dumps(body))

    def fetch(self, method: str, path: str, body: str | None = None) -> Any:
        """Send a request and return the JSON value of the answer.

        Args:
            method: HTTP method.
            path: From the endpoint on.
            body: JSON text; None for none.

        Returns:
            The value; None for an empty body.

        Raises:
            FTS3ClientException: One of its subclasses, by status.
        """
        if self._is_ours():
            return self._requester.value(method, self._url(path), body, self._headers(body))
        text = self._text(method, path, body)
        return json.loads(text) if text else None

    def get_together(self, paths: Sequence[str]) -> list[Any]:
        """Send several GETs at the same time.

        Args:
            paths: From the endpoint on.

        Returns:
            The JSON value of each answer.

        Raises:
            FTS3ClientException: One of its subclasses, for the first path that failed.
        """
        if not self._is_ours():
            # Nobody promised that another request_class may be used by several threads.
            return [self.fetch("GET", path) for path in paths]
        with ThreadPoolExecutor(len(paths)) as threads:
            asked = [threads.submit(self.fetch, "GET", path) for path in paths]
        # All have ended by now: what is sent does not depend on which answer comes first.
        return [future.result() for future in asked]

    def _is_ours(self) -> bool:
        """Say whether requests may take a shorter way: who overrides `method` wants to see every request."""
        return getattr(type(self._requester), "method", None) is Request.method

    def ensure_delegation(self, *, lifetime: timedelta, force: bool, min_left: timedelta) -> str:
        """Delegate unless enough is left, by the server's word or by what it said before.

        Args:
            lifetime: How long a new delegation shall last.
            force: Delegate even if enough is left.
            min_left: Delegate when less than this is left.

        Returns:
            The delegation id.

        Raises:
            ClientError: Whatever went wrong.
        """
        try:
            transport = self._own.transport(self.endpoint)
            raw = generated_client(
                transport, timeouts=self._own.timeouts, user_agent=self.user_agent
            )
            flow = (
                delegate(lifetime=lifetime, force=True)
                if force
                else ensure_delegation(lifetime=lifetime, min_left=min_left)
            )
            return run(flow, raw, transport.source.clock).delegation_id
        except FTSError as error:
            raise ClientError(str(error)) from error

    def _url(self, path: str) -> str:
        return f"{self.endpoint}/{path.lstrip('/')}"

    def _headers(self, body: str | bytes | None) -> dict[str, str]:
        headers = {"User-Agent": self.user_agent}
        if isinstance(body, str):
            headers["Content-Type"] = "application/json"
        return headers

    def _text(self, method: str, path: str, body: str | bytes | None = None) -> str:
        headers = self._headers(body if method == "POST" else None)
        return str(self._requester.method(method, self._url(path), body=body, headers=headers))


def _was_refused(error: FTS3ClientException) -> bool:
    """Say whether it was the server that refused, as opposed to nobody, or nobody sensible, answering."""
    return isinstance(error.__cause__, FTSAPIError) or error.__cause__ is None


def _find_files(
    ucert: str | PathLike[str] | None, ukey: str | PathLike[str] | None
) -> tuple[str | PathLike[str] | None, str | PathLike[str] | None]:
    """Find certificate and key in the order of the official client."""
    if ucert:
        return ucert, ukey or ucert
    if named := os.environ.get("X509_USER_PROXY"):
        return named, named
    proxy = f"/tmp/x509up_u{os.geteuid()}"  # noqa: S108 - where grid tools put it
    if Path(proxy).exists():
        return proxy, proxy
    if named := os.environ.get("X509_USER_CERT"):
        return named, os.environ.get("X509_USER_KEY", named)
    if _HOST_CERTIFICATE.exists() and _HOST_KEY.exists():
        return str(_HOST_CERTIFICATE), str(_HOST_KEY)
    return None, None


def _ask_for_passphrase() -> str:
    return getpass.getpass("Private key password: ")
