"""Hostile values for every option and argument of `fts`: an error in a line or a usage message, never a traceback."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Any, Final

import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fts_client.cli.application import application, run
from fts_client.cli.exits import EXIT_CODES
from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# FTS_FUZZ=20 makes the search twenty times as long.
FACTOR = int(os.environ.get("FTS_FUZZ", "1"))
A, B = "mock://a.example/f", "mock://b.example/f"
MISSING: Final = "00000000-0000-0000-0000-000000000000"

# A call of every command that works, to which a hostile option is added.
CALLS: Final[dict[str, tuple[str, ...]]] = {
    "doctor": (),
    "whoami": (),
    "proxy init": ("--out", "made.pem"),
    "proxy info": (),
    "delegate": (),
    "submit": (A, B),
    "status": (MISSING,),
    "list": (),
    "files": (),
    "cancel": (MISSING,),
    "priority": (MISSING, "3"),
    "retry": (MISSING,),
    "server info": (),
    "server hosts": (),
    "bans": (),
    "ban se": ("mock://c.example", "--yes"),
    "ban dn": ("/CN=nobody", "--yes"),
    "unban se": ("mock://c.example",),
    "unban dn": ("/CN=nobody",),
    "version": (),
}
VALUES: Final = (
    *("", " ", "-", "0", "-1", "1.5", "9" * 5000, "99999999999999999999", "1_000", "٣"),
    *("nan", "-nan", "inf", "-inf", "1e300", "1e-300", "1e400", "true", "null", "None"),
    *(".", "..", "/", "/etc", "/proc/self/mem", "/nonexistent/x", "~", "~nobody/x", "a" * 300),
    *("é", "日本", "\udce9", "a\nb", "a\rb", "\x1b[31m", "\u2028", "\ufeff", "%00", "%s%n"),
    *("{", '{"a":' * 5_000, "[" * 100_000, '{"a": NaN}', '{"a": 1e999}', '{"a":1,"a":2}', '"'),
    *("://", "mock://", "mock:///x", "mock://[", "mock://u:p@/x", A, MISSING),
    *("https://a..b", "https://.org", f"https://{'a' * 70}.org", "https://localhost:99999"),
    *("https://[::1", "https://localhost:1", "http://localhost", "https://u:p@localhost:1/x"),
    *("all", "a,b", ",", f"{MISSING},{MISSING}", f"{MISSING}:1,x", "1:2:3", "-1:0", "99999999"),
)
# What the arguments of a process can hold.
TEXT: Final = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
# Read from standard input where an option or an argument is "-".
INPUTS: Final = (
    *(b"", b"\n", b"\xff\xfe\x00", b"caf\xe9\n", b"\xef\xbb\xbf", b"\x00\n", b" \n" * 1000),
    *(b"a,b\n", b'"', b'a,"b\nc,d\n', b"source;destination\n", b"{", b"[" * 100_000, b"null\n"),
    b'{"files": [null], "params": []}',
    b'{"files": {}, "params": {"retry": {}}}',
    b'{"files": [{"sources": [5], "destinations": {}}]}',
    b'{"source": "mock://a/f", "destination": "mock://b/f", "filesize": 1e400}\n',
    b'{"source": "mock://a/f", "destination": "mock://b/f", "checksum": [], "scitag": "x"}\n',
)


def _parameters() -> Iterator[tuple[str, str | None]]:
    """Yield each command with each of its options by name, and with None for an argument."""
    root: Any = typer.main.get_command(application(()))
    for path in CALLS:
        command = root
        for word in path.split():
            command = command.commands[word]
        for parameter in command.params:
            if parameter.param_type_name == "argument":
                yield path, None
            elif not parameter.is_flag:
                yield from ((path, name) for name in parameter.opts)


PARAMETERS: Final = tuple(_parameters())


@pytest.fixture(scope="module", autouse=True)
def _surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    # Relative paths are made here. Jobs end at once.
    with MockFTS(time_scale=1_000) as mock, pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("hostile"))
        patch.setenv("FTS_ENDPOINT", mock.endpoint)
        patch.setenv("X509_CERT_DIR", str(mock.ca_dir))
        patch.setenv("X509_USER_PROXY", str(mock.credential("alice")))
        patch.setenv("X509_USER_CERT", str(mock.credential("alice-cert")))
        patch.setenv("X509_USER_KEY", str(mock.credential("alice-cert")))
        yield


def _call(arguments: list[str], stdin: bytes) -> tuple[int, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        written = {name: io.BytesIO() for name in ("stdout", "stderr")}
        for name, content in written.items():
            stream = io.TextIOWrapper(content, encoding="utf-8", errors="backslashreplace")
            patch.setattr(sys, name, stream)
        code = run(arguments)
        sys.stderr.flush()
        return code, written["stderr"].getvalue().decode()


def test_every_command_is_called_here() -> None:
    root: Any = typer.main.get_command(application(()))
    names = {
        f"{name} {inner}".strip()
        for name, command in root.commands.items()
        for inner in getattr(command, "commands", {"": None})
    }
    assert set(CALLS) == names
    for path, arguments in CALLS.items():
        code, err = _call([*path.split(), *arguments], b"")
        assert code in {0, 1}, (path, err)
        assert "unexpected" not in err, path


@settings(max_examples=300 * FACTOR, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    parameter=st.sampled_from(PARAMETERS),
    value=st.sampled_from(VALUES) | TEXT,
    stdin=st.sampled_from(INPUTS),
    form=st.sampled_from(["csv", "jsonl", "json"]),
    more=st.sampled_from([(), ("--json",), ("--dry-run",), ("--curl",)]),
)
def test_hostile_value_gives_an_error_in_a_line(
    parameter: tuple[str, str | None], value: str, stdin: bytes, form: str, more: tuple[str, ...]
) -> None:
    path, option = parameter
    if value.startswith("/dev/") or (option == "--out" and value.startswith("/")):
        return
    arguments = list(CALLS[path])
    if option in {"-f", "--file"}:
        arguments = ["--format", form]
    given_value = ["--", value] if option is None else [option, value]
    extra = [word for word in more if word != "--dry-run" or path == "submit"]
    code, err = _call([*path.split(), *extra, *arguments, *given_value], stdin)
    assert code in {*EXIT_CODES, 11, 12, 13}, err
    assert "Traceback" not in err
    assert "please report" not in err


@pytest.mark.parametrize("form", ["csv", "jsonl", "json"])
@pytest.mark.parametrize("stdin", INPUTS, ids=lambda content: repr(content[:30]))
def test_hostile_input_is_refused_before_anything_is_sent(form: str, stdin: bytes) -> None:
    code, err = _call(["submit", "-f", "-", "--format", form], stdin)
    assert code == 2, err
    assert err.startswith("fts: ")
    assert "please report" not in err


def test_option_with_a_file_that_is_hostile(tmp_path: Path) -> None:
    for number, content in enumerate(INPUTS):
        file = tmp_path / str(number)
        file.write_bytes(content)
        file.chmod(0o600)
        for option in ("--proxy", "--key", "--token-file", "--ca-file", "--ca-dir"):
            extra = ["--cert", str(file)] if option == "--key" else []
            code, err = _call(["whoami", *extra, option, str(file)], b"")
            assert code in {1, 2, 3, 4}, (option, content, err)
            assert "please report" not in err, (option, content)


@pytest.mark.parametrize(
    "command", ["", "proxy", "whoami", "status x --poll", "list --limit", "ban", "server"]
)
def test_token_in_the_wrong_place_is_not_repeated(command: str) -> None:
    jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.k9fXopaque00"
    code, err = _call([*command.split(), jwt], b"")
    assert code == 2
    assert "[token removed]" in err
    assert "k9fX" not in err
