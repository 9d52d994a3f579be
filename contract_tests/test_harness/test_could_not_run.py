"""Exit code 2, or 3 without a usable credential: nothing could be judged, and one line says why and what to do."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from test_harness.small_servers import Answer, json_answer

from fts_client.cli.application import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from test_harness.small_servers import Outcome, Responder, SmallServer

    from fts_contract.mock import MockFTS

    Command = Callable[..., Outcome]
    Start = Callable[[Responder], SmallServer]


def assert_refused(outcome: Outcome, *words: str, code: int = 2) -> None:
    assert outcome.exit_code == code, outcome
    assert outcome.out == ""
    lines = outcome.err.strip().splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("fts: ")
    for word in words:
        assert word in lines[0]


def test_run_on_closed_port_names_host_and_port(fts_contract_command: Command, pem: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    outcome = fts_contract_command("run", f"https://127.0.0.1:{port}", "--cert", pem)
    assert_refused(outcome, f"127.0.0.1:{port}", "cannot be reached", "refused", "8446")


def test_run_on_unknown_host_names_it(fts_contract_command: Command, pem: Path) -> None:
    outcome = fts_contract_command("run", "https://no-such-host.invalid:8446", "--cert", pem)
    assert_refused(outcome, "no-such-host.invalid:8446", "cannot be reached")


def test_run_on_garbage_instead_of_http_is_refused(
    fts_contract_command: Command, pem: Path
) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(20)
        port = listener.getsockname()[1]

        import threading  # noqa: PLC0415

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        outcome = fts_contract_command("run", f"http://127.0.0.1:{port}", "--cert", pem)
        thread.join()
    assert_refused(outcome, f"127.0.0.1:{port}")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, {"Content-Type": "text/html"}, b"<html>Welcome</html>"),
        Answer(404, {"Content-Type": "text/html"}, b"nothing here"),
        Answer(200, {"Content-Type": "application/json"}, b'{"api": "3.13.4"}'),
        Answer(200, {"Content-Type": "application/json"}, b'{"api": '),
    ],
    ids=["html", "404", "another-api", "cut-off"],
)
def test_run_on_another_service_says_what_it_answered(
    answer: Answer, small_server: Start, fts_contract_command: Command, pem: Path
) -> None:
    server = small_server(lambda _seen: answer)
    outcome = fts_contract_command("run", server.url, "--cert", pem)
    assert_refused(outcome, "not an FTS REST service", str(answer.status))


def test_run_as_anonymous_says_that_the_credential_was_not_seen(
    stub: SmallServer,
    stub_answers: dict[str, Answer],
    fts_contract_command: Command,
    pem: Path,
) -> None:
    stub_answers["/whoami"] = json_answer(
        200, {"user_dn": "anon", "level": [], "delegation_id": None}
    )
    assert_refused(
        fts_contract_command("run", stub.url, "--cert", pem), "did not see the credential", "anon"
    )


def test_run_with_token_on_server_without_oauth2_says_refused(
    stub: SmallServer,
    stub_answers: dict[str, Answer],
    fts_contract_command: Command,
    tmp_path: Path,
) -> None:
    token = tmp_path / "token"
    token.write_text("eyJhbGciOiJub25lIn0.e30.secret\n")
    stub_answers["/whoami"] = Answer(
        400,
        {"Content-Type": "text/html"},
        b"<p>Unsupported authentication method: method=OAuth2</p>",
    )
    outcome = fts_contract_command("run", stub.url, "--token-file", token)
    assert_refused(outcome, "refused the credential", "OAuth2")
    assert "eyJ" not in outcome.err
    assert stub.seen[0].headers["Authorization"] == "Bearer eyJhbGciOiJub25lIn0.e30.secret"


def test_run_without_an_operation_to_test_is_refused(
    stub: SmallServer, fts_contract_command: Command, pem: Path
) -> None:
    outcome = fts_contract_command(
        "run", stub.url, "--cert", pem, "--operations", "no such operation"
    )
    assert_refused(outcome, "no operation is left", "--operations")


def test_run_with_expired_credential_is_refused_before_connecting(
    stub: SmallServer, fts_contract_command: Command, expired_pem: Path
) -> None:
    outcome = fts_contract_command("run", stub.url, "--cert", expired_pem)
    assert_refused(outcome, "CN=nobody", "ended at", str(expired_pem), code=3)
    assert stub.seen == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, ["cannot read"]),
        (b"", ["no readable certificate"]),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", ["no readable"]),
        (b"\x00\xff" * 50, ["no readable certificate"]),
    ],
    ids=["missing", "empty", "broken", "binary"],
)
def test_run_with_unusable_credential_file_names_it(
    content: bytes | None,
    words: list[str],
    stub: SmallServer,
    fts_contract_command: Command,
    tmp_path: Path,
) -> None:
    path = tmp_path / "credential.pem"
    if content is not None:
        path.write_bytes(content)
    outcome = fts_contract_command("run", stub.url, "--cert", path)
    assert_refused(outcome, str(path), *words, code=3)
    assert stub.seen == []


def test_run_with_certificate_without_key_is_refused(
    stub: SmallServer, fts_contract_command: Command, pem: Path
) -> None:
    pem.write_bytes(pem.read_bytes().split(b"-----BEGIN PRIVATE KEY", maxsplit=1)[0])
    assert_refused(
        fts_contract_command("run", stub.url, "--cert", pem), "no private key", str(pem), code=3
    )


def test_run_without_any_credential_lists_where_it_looked(
    stub: SmallServer, fts_contract_command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A user id that has no proxy in /tmp.
    monkeypatch.setattr("os.geteuid", lambda: 987654321)
    outcome = fts_contract_command("run", stub.url)
    words = "X509_USER_PROXY", "/tmp/x509up_u987654321", "--cert"  # noqa: S108
    assert_refused(outcome, *words, code=3)


def test_expired_proxy_has_the_same_exit_code_in_every_command(
    stub: SmallServer, fts_contract_command: Command, expired_pem: Path
) -> None:
    contract = fts_contract_command("run", stub.url, "--cert", expired_pem)
    assert run(["whoami", "-s", "https://localhost:1", "--cert", str(expired_pem)]) == 3
    assert contract.exit_code == 3


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["ftp://fts.example.org"], ["ftp://fts.example.org", "https"]),
        (["fts.example.org:8446"], ["fts.example.org:8446"]),
        (["https://fts.example.org:port"], ["port"]),
        (["http://fts.example.org:8446"], ["not encrypted"]),
        (["https://user:secret@fts.example.org"], ["fts.example.org"]),
        (["https://localhost", "--profile", "full"], ["--allow-changes"]),
        (["https://localhost", "--max-examples", "0"], ["--max-examples"]),
        (["https://localhost", "--slow-after", "0"], ["--slow-after"]),
        (["https://localhost", "--timeout", "nan"], ["--timeout is nan"]),
        (["https://localhost", "--rate-limit", "1e-300"], ["--rate-limit is 1e-300"]),
        (["https://localhost", "--max-examples", "9" * 400], ["--max-examples is 9999"]),
        (["https://localhost", "--operations", "("], ["--operations", "regular expression"]),
        # Valid with a warning: its meaning is going to change.
        (["https://localhost", "--operations", "[[a]"], ["--operations", "nested set"]),
        (["https://localhost", "--insecure", "--ca-file", "x"], ["exclude each other"]),
        (["https://localhost", "--cert", "x", "--token-file", "y"], ["--cert", "--token-file"]),
    ],
)
def test_run_with_bad_option_names_it(
    args: list[str], words: list[str], fts_contract_command: Command
) -> None:
    outcome = fts_contract_command("run", *args)
    assert_refused(outcome, *words)
    assert "secret" not in outcome.err


def test_run_with_missing_ca_directory_names_it(
    fts_contract_command: Command, pem: Path, tmp_path: Path
) -> None:
    outcome = fts_contract_command(
        "run", "https://localhost:1", "--cert", pem, "--ca-dir", tmp_path / "none"
    )
    assert_refused(outcome, str(tmp_path / "none"), "--ca-dir")


def test_run_with_ca_file_without_certificates_names_it(
    fts_contract_command: Command, pem: Path, tmp_path: Path
) -> None:
    path = tmp_path / "ca.pem"
    path.write_text("no certificate")
    outcome = fts_contract_command("run", "https://localhost:1", "--cert", pem, "--ca-file", path)
    assert outcome.exit_code == 2
    assert f"CA file {path} holds no readable certificates" in outcome.err


def test_run_without_tls_on_a_server_with_it_says_https(
    mock: MockFTS, fts_contract_command: Command, pem: Path
) -> None:
    url = mock.endpoint.replace("https:", "http:")
    outcome = fts_contract_command("run", url, "--cert", pem)
    assert outcome.exit_code == 2
    assert "https://" in outcome.err


def test_run_on_untrusted_server_asks_for_its_ca(
    mock: MockFTS, fts_contract_command: Command, tmp_path: Path
) -> None:
    outcome = fts_contract_command(
        "run", mock.endpoint, "--cert", mock.credential("alice"), "--ca-dir", tmp_path
    )
    assert_refused(outcome, "not trusted", str(tmp_path), "--ca-dir")


def test_run_with_credential_of_unknown_ca_says_so(
    mock: MockFTS, fts_contract_command: Command, pem: Path
) -> None:
    outcome = fts_contract_command("run", mock.endpoint, "--cert", pem, "--ca-dir", mock.ca_dir)
    assert_refused(outcome, "credential")
