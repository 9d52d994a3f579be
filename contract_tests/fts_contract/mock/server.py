"""`MockFTS`: the mock in a thread of your process."""

from __future__ import annotations

import socket
import threading
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from fts_contract.mock.app import App
from fts_contract.mock.clock import Clock
from fts_contract.mock.faults import Faults
from fts_contract.mock.identity import Caller, read_caller
from fts_contract.mock.in_use import fill
from fts_contract.mock.oauth2 import AUDIENCE, OAuth2
from fts_contract.mock.operations import OPERATIONS, Operation, missing_operations
from fts_contract.mock.pki.store import TestPKI, shared_pki
from fts_contract.mock.prompt_server import PromptServer, cancelled_quietly
from fts_contract.mock.scenario import load_scenario
from fts_contract.mock.settings import Settings
from fts_contract.mock.state import State
from fts_contract.mock.tls import ProxyAwareProtocol, server_context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from fts_contract.mock.asgi import ASGIApp
    from fts_contract.mock.storage_conditions import Storage

_START_S = 10.0
_BACKLOG = 512


class MockFTS:
    """An FTS for tests.

    Args:
        pki: Directory of the test PKI, created when missing, reused otherwise; None for one that all
            mocks of the process share and that is deleted when it ends.
        host: Address to listen on.
        port: Port; 0 for any free one.
        time_scale: Seconds of the mock's clock per real second; 0 for a clock that only `clock.advance` moves.
        oauth2: Accept bearer tokens of the test issuer, see `token`. Without it every bearer token gets 400, as on a server
            with OAuth2 switched off.
        in_use: Begin as a server that others use: with the default link, hosts, settings, jobs, grants and bans of theirs. Without it
            the server is empty.
        settings: Settings of the server that differ from those of the recordings, such as `{"check_duplicates": True}`; the
            documentation of the mock lists them.
        operations: The operations that it answers, for a mock that behaves differently; the usual ones are in
            `fts_contract.mock.operations`.
        middleware: Takes the ASGI application and returns the one to serve, to imitate what stands in front of an FTS;
            None for nothing.
        client_ca: File or hashed directory of more CAs whose clients are known, such as those of a real grid; their VOMS
            attributes are read without verification.

    Raises:
        OSError: The PKI cannot be read or written.
        ValueError: A setting is unknown or of another type.

    Attributes:
        pki: The test PKI.
        clock: The mock's clock.
        state: Its memory: arrange jobs, delegations, bans.
        faults: Faults to inject.
    """

    def __init__(
        self,
        *,
        pki: Path | str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        time_scale: float = 1.0,
        oauth2: bool = False,
        in_use: bool = False,
        settings: Mapping[str, Any] | None = None,
        operations: Iterable[Operation] = OPERATIONS,
        middleware: Callable[[ASGIApp], ASGIApp] | None = None,
        client_ca: Path | None = None,
    ) -> None:
        self.pki = shared_pki() if pki is None else TestPKI.at(Path(pki))
        self.clock = Clock(scale=time_scale)
        self.state = State(
            clock=self.clock,
            who=self.caller,
            oauth2=OAuth2() if oauth2 else None,
            settings=Settings().changed(settings or {}),
        )
        self.faults = Faults()
        self._in_use = in_use
        self._operations = tuple(operations)
        self._middleware = middleware
        self._client_ca = client_ca
        self._host = host
        self._port = port
        self._server: PromptServer | None = None
        self._thread: threading.Thread | None = None
        self._callers: dict[str, Caller] = {}
        if in_use:
            fill(self.state)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
        self.state.delegations.forget_requests()

    @property
    def port(self) -> int:
        """The port in use; the one asked for before `start`."""
        return self._port

    @property
    def endpoint(self) -> str:
        """`https://localhost:PORT`; the host certificate is valid for this name."""
        name = "localhost" if self._host in ("127.0.0.1", "::1", "0.0.0.0", "::") else self._host  # noqa: S104 - compared, not bound
        return f"https://{name}:{self._port}"

    @property
    def ca_file(self) -> Path:
        """PEM file of the CA that issued the host certificate and all credentials."""
        return self.pki.ca_file

    @property
    def ca_dir(self) -> Path:
        """Hashed directory with that CA."""
        return self.pki.ca_dir

    @property
    def missing_operations(self) -> list[str]:
        """Operations of the API that answer 501."""
        return missing_operations()

    def credential(self, name: str = "alice") -> Path:
        """Find the credential file of a test identity.

        Args:
            name: `alice`, `bob`, `alice-novoms`, `admin`, `root` and others: `fts_contract.mock.pki.IDENTITIES`.

        Returns:
            PEM file: proxy, key, chain; mode 0600.

        Raises:
            KeyError: The identity is unknown.
        """
        return self.pki.credential(name)

    def caller(self, name: str) -> Caller:
        """Say how the mock sees a test identity: DN, attributes, delegation id.

        Args:
            name: The identity.

        Raises:
            KeyError: The identity is unknown.
        """
        if name not in self._callers:
            chain = x509.load_pem_x509_certificates(self.credential(name).read_bytes())
            der = [c.public_bytes(Encoding.DER) for c in chain]
            self._callers[name] = read_caller(der, host_dn=self.pki.host.dn)
        return self._callers[name]

    def token(
        self,
        *,
        sub: str = "carol",
        scope: Any = "openid offline_access",
        groups: Iterable[str] | None = ("/testvo",),
        lifetime: timedelta = timedelta(hours=1),
        audience: Any = AUDIENCE,
        claims: dict[str, Any] | None = None,
    ) -> str:
        """Make a bearer token of the test issuer.

        Args:
            sub: Its subject, which becomes the DN of the user.
            scope: Its scopes, separated by blanks.
            groups: `wlcg.groups`, which become the VOs; None for no such claim: the VO is then the host name of the issuer.
            lifetime: Until it ends, by the clock of the mock; negative for one that has ended.
            audience: The audience; the default is accepted by every server.
            claims: More claims; they replace those above.

        Raises:
            RuntimeError: This mock was made without `oauth2=True`.
        """
        if self.state.oauth2 is None:
            raise RuntimeError("this mock does not accept tokens: MockFTS(oauth2=True)")
        return self.state.oauth2.issuers[0].token(
            now=self.clock.time(),
            sub=sub,
            scope=scope,
            groups=groups,
            lifetime=lifetime,
            audience=audience,
            claims=claims,
        )

    def storage(self, name: str) -> Storage:
        """Give a storage, to arrange that it fails, is full, slow or offline.

        Args:
            name: `scheme://host` of any scheme, as in the URLs of transfers; port and path do not count.

        Raises:
            ValueError: Scheme or host are missing.
        """
        return self.state.storages.arranged(name)

    def load_scenario(self, file: Path | str) -> None:
        """Add what a file describes: jobs, delegations, bans, settings.

        Args:
            file: A JSON object, as `fts mock --scenario` takes it; the documentation of the mock lists its parts.

        Raises:
            ValueError: It cannot be read, or a part of it is invalid; the message names the place.
        """
        load_scenario(Path(file), self.state, who=self.caller)

    def start(self) -> None:
        """Listen and answer, in a thread.

        Raises:
            OSError: The address is in use or not ours.
            RuntimeError: It is running already, or did not come up.
        """
        if self._thread is not None:
            raise RuntimeError("this mock is running already")
        listener = _listen(self._host, self._port)
        self._port = listener.getsockname()[1]
        host_dn = self.pki.host.dn
        protocol = type("Protocol", (ProxyAwareProtocol,), {"host_dn": host_dn})
        context = server_context(self.pki, self.faults, self._client_ca)
        app: ASGIApp = App(state=self.state, faults=self.faults, operations=self._operations)
        config = uvicorn.Config(
            cancelled_quietly(app if self._middleware is None else self._middleware(app)),
            http=protocol,
            ws="none",
            ssl_context_factory=lambda _config, _default: context,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            loop="asyncio",
        )
        server = PromptServer(config)
        thread = threading.Thread(
            target=server.serve_on, args=(listener,), name="fts-mock", daemon=True
        )
        thread.start()
        if not server.is_up.wait(_START_S) or not server.started:
            server.end()
            thread.join(_START_S)
            listener.close()
            raise RuntimeError("the mock did not come up")
        self._server, self._thread = server, thread

    def stop(self) -> None:
        """Stop answering, if it runs. State and port number are kept for the next start."""
        if self._server is None or self._thread is None:
            return
        self._server.end()
        self._thread.join(_START_S)
        self._server = self._thread = None

    def reset(self) -> None:
        """Forget jobs, delegations, bans, grants and faults, and reset the clock, so that the next test finds the server of the start."""
        self.clock.reset()
        self.state.reset()
        self.faults.clear()
        if self._in_use:
            fill(self.state)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches TCP_NODELAY on only for sockets that name their protocol: without it, 40 ms per answer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
        listener.setblocking(False)  # noqa: FBT003 - its only signature
    except BaseException:
        listener.close()
        raise
    return listener
