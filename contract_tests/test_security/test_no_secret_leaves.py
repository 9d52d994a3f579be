"""Random secrets go through every public call and every failure against a server that repeats what it is sent, in every quoting.

Everything that comes out is searched: texts, attributes, causes, contexts and notes of errors, logs at the lowest level, recorded
exchanges, and what the commands print.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import html
import inspect
import io
import json
import logging
import os
import ssl
import threading
import time
import traceback
from functools import partial
from html.entities import codepoint2name
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, quote_plus

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import fts_client.easy as fts3
from fts_client import (
    AsyncFTSClient,
    FTSClient,
    FTSError,
    Job,
    JobParams,
    RetryPolicy,
    TokenCredential,
    Transfer,
    record_exchanges,
)
from fts_client.cli.application import run
from fts_client.errors import error_from_answer
from fts_client.errors.body import read_error_body
from fts_client.errors.redaction import redact
from fts_contract.mock.pki import shared_pki

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FACTOR = int(os.environ.get("FTS_FUZZ", "1"))
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
MANY = settings(
    max_examples=15 * FACTOR,
    deadline=None,
    suppress_health_check=SLOW,
    # An example makes thirty requests: to shrink one takes minutes, and the failure says where the secret showed.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
LOGGERS = ("fts_client", "httpx", "httpcore", "asyncio")
JOB_ID = "5c10000f-e6f5-11f1-9d01-02fc0000c001"
WHOAMI = {
    "user_dn": "/DC=org/DC=example/CN=alice",
    "dn": ["/DC=org/DC=example/CN=alice"],
    "base_id": "01874efb-4735-4595-bc9c-591aef8240c9",
    "voms_cred": [],
    "vos": ["dteam"],
    "vos_id": ["01874efb-4735-4595-bc9c-591aef8240c9"],
    "roles": [],
    "level": {},
    "delegation_id": "0123456789abcdef",
    "method": "oauth2",
    "is_root": False,
}


def _json(text: str) -> str:
    return json.dumps(text)[1:-1]


QUOTINGS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "percent": partial(quote, safe=""),
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "form": quote_plus,
    "JSON": _json,
    "JSON in JSON": lambda text: _json(_json(text)),
    "JSON in UTF-8": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "Python": lambda text: repr(text)[1:-1],
    "Python in ASCII": lambda text: ascii(text)[1:-1],
    "Python bytes": lambda text: repr(text.encode())[2:-1],
    "Python of JSON": lambda text: repr(json.dumps(text))[1:-1],
    "HTML": html.escape,
    "HTML names": lambda text: "".join(
        f"&{codepoint2name[ord(sign)]};" if ord(sign) in codepoint2name else sign for sign in text
    ),
    "percent in JSON": lambda text: _json(quote(text)),
}


@attrs.define
class Echo:
    """How the server answers."""

    manner: str = "status"
    status: int = 400
    quoting: str = "raw"
    spared: tuple[str, ...] = ()

    def __call__(self, request: str) -> bytes:
        """Write the answer to a request."""
        said = QUOTINGS[self.quoting](request)
        kind, body = "application/json", json.dumps({"status": "x", "message": said})
        if self.manner == "broken JSON":
            body = f'{{"job_id": "x", "access_token": "{said}'
        elif self.manner == "raw text":
            kind, body = "text/plain", said
        elif self.manner == "page":
            kind, body = "text/html", f"<html><p>{said}</p></html>"
        elif self.manner == "bulk":
            entry = {"job_id": JOB_ID, "http_status": "404 Not Found", "http_message": said}
            body = json.dumps([entry, {**entry, "job_id": said}])
        elif self.manner == "misfit":
            body = json.dumps({"job_id": [said], "user_dn": said, "files": said, said: said})
        raw = body.encode()
        one_line = quote(said, safe="/:?&=%@ \"'{}[],\\")
        head = f"HTTP/1.1 {self.status} {one_line[:200]}\r\nContent-Type: {kind}\r\nLocation: https://x/?{one_line}\r\n"
        if self.manner == "protocol":
            head += f"no colon {one_line}\r\n"
        if self.manner == "compressed":
            head += "Content-Encoding: gzip\r\n"
        length = len(raw) + (10 if self.manner == "cut off" else 0)
        return f"{head}Content-Length: {length}\r\n\r\n".encode() + raw


class EchoServer(ThreadingHTTPServer):
    """Repeats requests; what is in `echo.spared` is answered properly."""

    daemon_threads = True
    echo = Echo()

    def handle_error(self, *_: object) -> None:
        """Clients hang up as they like."""


class Handler(BaseHTTPRequestHandler):
    """Answers one request after the other."""

    protocol_version = "HTTP/1.1"
    server: EchoServer

    def handle_one_request(self) -> None:
        """Read a request as it comes, and answer it."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline()
            if not line:
                self.close_connection = True
                return
            head += line
        length = next(
            (line for line in head.lower().split(b"\r\n") if b"content-length" in line), b":0"
        )
        request = (head + self.rfile.read(int(length.partition(b":")[2]))).decode("latin-1")
        request = request.encode("latin-1").decode("utf-8", "replace")
        if any(path in request.partition("\r\n")[0] for path in self.server.echo.spared):
            body = json.dumps(WHOAMI).encode()
            answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            self.wfile.write(answer % (len(body), body))
            return
        self.close_connection = self.server.echo.manner in {"reset", "cut off", "protocol"}
        if self.server.echo.manner != "reset":
            self.wfile.write(self.server.echo(request))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EchoServer]:
    folder = tmp_path_factory.mktemp("echo")
    host = folder / "host.pem"
    host.write_bytes(shared_pki().host.pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(host)
    with EchoServer(("127.0.0.1", 0), Handler) as running:
        running.socket = context.wrap_socket(running.socket, server_side=True)
        threading.Thread(target=running.serve_forever, args=(0.05,), daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture(scope="module")
def ca_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    path.write_bytes(shared_pki().ca.pem)
    return path


# A core that nothing else contains, so that what is found is a secret.
CORE = "kT7wQ9zX"
TEXT = st.text(
    st.characters(min_codepoint=32, max_codepoint=126) | st.sampled_from("éß€😀"), max_size=12
)
TOKEN_TEXT = st.text("abcXYZ019._~+/-", max_size=30)


@attrs.frozen
class Secrets:
    """One secret for each place."""

    bearer: str
    source: str
    destination: str
    password: str
    signature: str
    macaroon: str
    cookie: str

    @property
    def surl(self) -> str:
        """A SURL that holds three of them."""
        word = partial(quote, safe="")
        return (
            f"davs://me:{word(self.password)}@storage.example.org/path/file"
            f"?authz={word(self.macaroon)}&X-Amz-Signature={word(self.signature)}"
        )

    def job(self) -> Job:
        """A job that holds most of them."""
        return Job(
            [
                Transfer(
                    self.surl,
                    self.surl,
                    source_tokens=self.source,
                    destination_tokens=self.destination,
                    metadata={"client_secret": self.cookie},
                )
            ],
            params=JobParams(sid="one"),
        )

    def found_in(self, text: str) -> list[str]:
        """Where one of them shows, in any quoting; a part of it is enough."""
        basic = base64.b64encode(f"me:{self.password}".encode()).decode()
        values = {**attrs.asdict(self), "basic": basic}
        return [
            f"{name} ({how}): {text[max(0, text.index(shown) - 80) : text.index(shown) + 80]!r}"
            for name, value in values.items()
            for how, quoting in QUOTINGS.items()
            for shown in (CORE + name[:2] if name != "basic" else basic, quoting(value))
            if shown in text
        ]


def _secret(name: str, around: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda before, after: f"{before}{CORE}{name[:2]}{after}", around, around)


SECRETS = st.builds(
    Secrets,
    **{
        field.name: _secret(field.name, TOKEN_TEXT if field.name == "bearer" else TEXT)
        for field in attrs.fields(Secrets)
    },
)
ECHOES = st.builds(
    Echo,
    manner=st.sampled_from(
        [
            "status",
            "broken JSON",
            "raw text",
            "page",
            "bulk",
            "misfit",
            "protocol",
            "compressed",
            "cut off",
            "reset",
        ]
    ),
    status=st.sampled_from([200, 207, 302, 400, 401, 403, 404, 405, 409, 419, 424, 500, 503]),
    quoting=st.sampled_from(sorted(QUOTINGS)),
    spared=st.sampled_from([(), ("/whoami",)]),
)


class Everything:
    """Collects what comes out of a block: errors with all that they hold, logs and exchanges."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._log = io.StringIO()
        self._handler = logging.StreamHandler(self._log)

    def __enter__(self) -> Self:
        self._levels = {name: logging.getLogger(name).level for name in LOGGERS}
        for name in LOGGERS:
            logging.getLogger(name).setLevel(1)
            logging.getLogger(name).addHandler(self._handler)
        self._recording = record_exchanges()
        self._exchanges = self._recording.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._recording.__exit__(None, None, None)
        for name, level in self._levels.items():
            logging.getLogger(name).setLevel(level)
            logging.getLogger(name).removeHandler(self._handler)
        for exchange in self._exchanges:
            self.texts += [repr(exchange), exchange.curl(), exchange.url]
            self.texts += [exchange._request_body, repr(exchange._request_headers)]
            self.look(exchange.error)
        self.texts.append(self._log.getvalue())

    def look(self, value: object) -> None:
        """Add what an object shows; of an error everything that can be reached from it."""
        todo, seen = [value], set()
        while todo:
            one = todo.pop()
            if id(one) in seen:
                continue
            seen.add(id(one))
            if isinstance(one, BaseException):
                self.texts.append("".join(traceback.format_exception(one)))
                names = [name for name in dir(one) if not name.startswith("__")]
                with contextlib.suppress(Exception):
                    todo += [
                        getattr(one, name) for name in names if not callable(getattr(one, name))
                    ]
                todo += [str(one), repr(one), one.__cause__, one.__context__]
                todo += getattr(one, "__notes__", [])
            elif isinstance(one, bytes):
                self.texts.append(one.decode("latin-1"))
            elif isinstance(one, list | tuple | set | frozenset):
                todo += one
            elif isinstance(one, dict):
                todo += [*one.keys(), *one.values()]
            else:
                self.texts += [str(one), repr(one)]

    def assert_holds_none_of(self, secrets: Secrets) -> None:
        """Search."""
        assert secrets.found_in("\n".join(self.texts)) == []


ARGUMENTS: dict[str, Callable[[Secrets], Any]] = {
    "job": Secrets.job,
    "jobs": lambda secrets: [secrets.job()],
    "transfers": lambda secrets: secrets.job().transfers,
    "job_id": lambda _: JOB_ID,
    "job_ids": lambda _: [JOB_ID, JOB_ID.replace("c", "d")],
    "file_ids": lambda _: [1],
    "timeout_s": lambda _: 0,
    "priority": lambda _: 2,
    "storage": lambda secrets: secrets.surl,
    "campaign": lambda _: "c",
    "config": lambda secrets: {"secret_key": secrets.cookie},
    "dest_surl": lambda secrets: secrets.surl,
}
SKIPPED = {"close", "aclose", "with_timeouts"}


def _methods(kind: type) -> list[str]:
    members = inspect.getmembers(kind, inspect.isfunction)
    return [name for name, _ in members if not name.startswith("_") and name not in SKIPPED]


def _arguments(function: Any, secrets: Secrets) -> tuple[list[Any], dict[str, Any]]:
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for item in inspect.signature(function).parameters.values():
        if item.default is not item.empty and item.name != "dest_surl":
            continue
        value = ARGUMENTS[item.name](secrets) if item.name in ARGUMENTS else secrets.surl
        if item.kind is item.KEYWORD_ONLY:
            named[item.name] = value
        elif item.kind is item.POSITIONAL_OR_KEYWORD:
            positional.append(value)
    return positional, named


FAILURES = (
    FTSError,
    LookupError,
    TypeError,
    AttributeError,
    ValueError,
    fts3.exceptions.FTS3ClientException,
)


def _settings(server: EchoServer, ca_file: Path, secrets: Secrets) -> dict[str, Any]:
    return {
        "endpoint": f"https://localhost:{server.server_address[1]}",
        "credential": TokenCredential(secrets.bearer),
        "ca_file": ca_file,
        "retry": RetryPolicy(max_retries=0),
    }


@MANY
@given(secrets=SECRETS, echo=ECHOES)
def test_no_call_lets_a_secret_out(
    server: EchoServer, ca_file: Path, secrets: Secrets, echo: Echo
) -> None:
    server.echo = echo
    with Everything() as out, FTSClient(**_settings(server, ca_file, secrets)) as fts:
        out.texts += [repr(fts), repr(fts.raw), repr(vars(fts)), repr(secrets.job())]
        for name in _methods(FTSClient):
            function = getattr(fts, name)
            positional, named = _arguments(function, secrets)
            try:
                result: Any = function(*positional, **named)
                if inspect.isgenerator(result):
                    for outcome in result:
                        out.look(getattr(outcome, "error", outcome))
            except FAILURES as error:
                out.look(error)
        try:
            # And what no method does, with what cannot be written.
            fts.submit(Job([*secrets.job().transfers, Transfer("davs://a/\udce9", secrets.surl)]))
        except FAILURES as error:
            out.look(error)
    out.assert_holds_none_of(secrets)


@MANY
@given(secrets=SECRETS, echo=ECHOES)
def test_no_asynchronous_call_lets_a_secret_out(
    server: EchoServer, ca_file: Path, secrets: Secrets, echo: Echo
) -> None:
    server.echo = echo

    async def call_all(out: Everything) -> None:
        async with AsyncFTSClient(**_settings(server, ca_file, secrets)) as fts:
            for name in (
                "submit",
                "get_job",
                "get_jobs",
                "list_files",
                "cancel_jobs",
                "submit_many",
            ):
                function = getattr(fts, name)
                positional, named = _arguments(function, secrets)
                try:
                    result: Any = function(*positional, **named)
                    if inspect.isasyncgen(result):
                        async for outcome in result:
                            out.look(getattr(outcome, "error", outcome))
                    else:
                        await result
                except FAILURES as error:
                    out.look(error)

    with Everything() as out:
        asyncio.run(call_all(out))
    out.assert_holds_none_of(secrets)


@pytest.mark.usefixtures("pauses")
@MANY
@given(secrets=SECRETS, echo=ECHOES)
def test_no_call_of_easy_lets_a_secret_out(
    server: EchoServer, secrets: Secrets, echo: Echo
) -> None:
    server.echo = attrs.evolve(echo, spared=("/whoami", "GET / "))
    endpoint = f"https://localhost:{server.server_address[1]}"
    inside = endpoint.replace("://", f"://me:{quote(secrets.password, safe='')}@")
    with Everything() as out:
        request = fts3.request.Request(None, None, verify=False)
        request._servers.clear()
        for call in (
            lambda: request.method("GET", f"{endpoint}/x", user="me", passw=secrets.password),
            lambda: request.method("GET", f"{inside}/x"),
            lambda: request.method("GET", f"{endpoint}/x?access_token={quote(secrets.macaroon)}"),
            lambda: request.method(
                "POST", f"{endpoint}/x", f"client_secret={quote_plus(secrets.cookie)}"
            ),
            lambda: request.method(
                "GET", f"{endpoint}/x", headers={"Authorization": f"Bearer {secrets.bearer}\n"}
            ),
            lambda: request.method(
                "GET", f"{endpoint}/x", headers={"X-Auth-Token": secrets.bearer}
            ),
            lambda: fts3.Context(inside, fts_access_token=secrets.bearer, verify=False),
        ):
            try:
                call()
            except (*FAILURES, UnicodeError) as error:
                out.look(error)
        job = fts3.new_job(
            [
                fts3.new_transfer(
                    secrets.surl,
                    secrets.surl,
                    metadata={"token": secrets.cookie},
                )
            ]
        )
        try:
            context = fts3.Context(endpoint, fts_access_token=secrets.bearer, verify=False)
            out.texts.append(repr(context))
            fts3.submit(context, job)
        except FAILURES as error:
            out.look(error)
    out.assert_holds_none_of(secrets)


@pytest.mark.usefixtures("pauses")
@settings(MANY, max_examples=4 * FACTOR)
@given(secrets=SECRETS, echo=ECHOES)
def test_no_command_lets_a_secret_out(
    server: EchoServer,
    ca_file: Path,
    capsys: pytest.CaptureFixture[str],
    secrets: Secrets,
    echo: Echo,
) -> None:
    server.echo = echo
    token = ca_file.with_name("token")
    token.touch(mode=0o600)
    token.write_text(secrets.bearer)
    common = ["-s", f"https://localhost:{server.server_address[1]}", "--ca-file", str(ca_file)]
    with Everything() as out:
        for command in (
            ["submit", secrets.surl, secrets.surl],
            ["submit", secrets.surl, secrets.surl, "--campaign", "c"],
            ["submit", secrets.surl, secrets.surl, "--curl"],
            ["submit", secrets.surl, secrets.surl, "--dry-run"],
            ["status", JOB_ID],
            ["whoami"],
        ):
            for debug in ([], ["--debug"]):
                run([*command, *common, "--token-file", str(token), *debug])
        out.texts += capsys.readouterr()
    out.assert_holds_none_of(secrets)


@settings(max_examples=40 * FACTOR, deadline=None)
@given(
    unit=st.lists(
        st.sampled_from([*"<>&!-#;\\%\"'[]{}:=@/. abn019", "script", "token", "eyJ"]),
        min_size=1,
        max_size=6,
    ).map("".join)
    | st.sampled_from(
        [
            *(
                "<!--",
                "<script>",
                "<p",
                "&#",
                "&#x",
                "-----BEGIN ",
                "-----BEGIN PRIVATE KEY-----",
                "bearer ",
            ),
            *(
                '"source_tokens":[',
                "token='",
                'token="',
                "://a:",
                "://",
                "%25",
                "\\\\u0041",
                "sig=",
                "eyJ.",
                "basic ",
            ),
        ]
    ),
    start=st.sampled_from(
        ["", "<p>", "<title>", '"source_tokens": ["', "bearer ", "://", "-----BEGIN "]
    ),
)
def test_readers_of_error_answers_take_linear_time(unit: str, start: str) -> None:
    page = start + unit * (200_000 // len(unit))
    started_s = time.process_time()
    read_error_body(page.encode(), content_type="text/html", url="https://h/")
    redact(page[:60_000])
    assert time.process_time() - started_s < 2


@given(digits=st.integers(1, 6000))
def test_page_with_a_reference_of_many_digits_is_read(digits: int) -> None:
    page = b"<p>no such &#" + b"9" * digits + b"; job</p>"
    error = error_from_answer(500, method="GET", url="https://h/", body=page, content_type=None)
    assert "no such" in error.message


@pytest.mark.parametrize(
    ("endpoint", "shown"),
    [
        (f"https://me:{CORE}@h:1", "'h:1'"),
        (f"https://me:/{CORE}@h:1", "'h:1'"),
        (f"https://me:{CORE}", "'https://me:[secret removed]'"),
        (f"https://h:1?access_token={CORE}", "'https://h:1...'"),
        (f"http://h:1/{CORE}", "'http://h:1...'"),
        ("fts.example.org:8446", "'fts.example.org:8446'"),
    ],
)
def test_endpoint_that_is_refused_shows_no_secret(endpoint: str, shown: str) -> None:
    with pytest.raises(FTSError) as caught:
        FTSClient(endpoint, credential=TokenCredential("x"))
    assert str(caught.value).startswith(f"{shown} is not a valid endpoint")
    assert CORE not in repr(vars(caught.value))
