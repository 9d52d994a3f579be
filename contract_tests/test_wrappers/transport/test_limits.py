"""No answer takes longer or is larger than allowed, whatever the server sends; nothing but our errors comes out."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import tracemalloc
import zlib
from typing import TYPE_CHECKING, Any, Final

import pytest
from test_wrappers.transport.scripted_server import (
    JOB_ID,
    VO_ID,
    answer,
    job,
    scripted,
    usual,
)

from fts_client import (
    AsyncFTSClient,
    FTSClient,
    FTSError,
    FTSResponseError,
    FTSTimeoutError,
    FTSUsageError,
    Job,
    RetryPolicy,
    Timeouts,
    TokenCredential,
    Transfer,
    record_exchanges,
)
from fts_client.exchanges import watch_exchanges
from fts_contract.mock.pki import shared_pki

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from test_wrappers.transport.scripted_server import Asked, Channel, Script

ONCE: Final = RetryPolicy(max_retries=0)
QUICK: Final = RetryPolicy(first_sleep_s=0.001)
_HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_JOB: Final = Job([Transfer("mock://a.example/f", "mock://b.example/f")])


def _options(**options: Any) -> dict[str, Any]:
    pki = shared_pki()
    return {"credential": pki.credential("alice"), "ca_dir": pki.ca_dir, "retry": ONCE, **options}


def _dripping(start: bytes, drop: bytes) -> Script:
    def script(channel: Channel, asked: Asked) -> bytes | None:
        if not asked.path.startswith("/jobs"):
            return usual(asked)
        channel.sendall(start)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            channel.sendall(drop)
            time.sleep(0.05)
        return None

    return script


DRIPS: Final = {
    "head": _dripping(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a"),
    "body": _dripping(_HEAD + b"Content-Length: 100000\r\n\r\n", b" "),
    "body without a length": _dripping(_HEAD + b"Connection: close\r\n\r\n", b" "),
    "chunks": _dripping(_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "trailers": _dripping(_HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"a"),
    "provisional answers": _dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}
EVERY_DRIP = pytest.mark.parametrize("drip", DRIPS.values(), ids=DRIPS)


@EVERY_DRIP
def test_dripping_answer_ends_with_the_limit_of_the_whole_exchange(drip: Script) -> None:
    # The limit includes the handshakes, which take their time on a busy machine; the dripping lasts for 20 s.
    limits = Timeouts(read_s=10, total_s=1.5)
    with scripted(drip) as server, FTSClient(server.endpoint, **_options(timeouts=limits)) as fts:
        began = time.monotonic()
        for ask in (lambda: fts.get_job(JOB_ID), lambda: fts.cancel_jobs([JOB_ID])):
            with pytest.raises(FTSTimeoutError, match="longer than allowed in all") as caught:
                ask()
            assert (caught.value.phase, caught.value.request_sent) == ("total", True)
    assert time.monotonic() - began < 9


@EVERY_DRIP
async def test_async_dripping_answer_ends_with_the_limit_of_the_whole_exchange(
    drip: Script,
) -> None:
    limits = Timeouts(read_s=10, total_s=1.5)
    with scripted(drip) as server:
        async with AsyncFTSClient(server.endpoint, **_options(timeouts=limits)) as fts:
            began = time.monotonic()
            with pytest.raises(FTSTimeoutError) as caught:
                await fts.get_job(JOB_ID)
    assert caught.value.phase == "total"
    assert time.monotonic() - began < 9


@EVERY_DRIP
def test_waiting_ends_in_time_though_the_answer_drips(drip: Script) -> None:
    with scripted(drip) as server, FTSClient(server.endpoint, **_options(retry=QUICK)) as fts:
        for wait in (
            lambda: fts.wait_for_job(JOB_ID, timeout_s=1, poll_s=0.2),
            lambda: list(fts.watch_jobs([JOB_ID], timeout_s=1, poll_s=0.2)),
        ):
            began = time.monotonic()
            with pytest.raises(FTSTimeoutError) as caught:
                wait()
            assert caught.value.phase == "wait"
            assert 0.9 < time.monotonic() - began < 2.5


@EVERY_DRIP
async def test_async_waiting_ends_in_time_though_the_answer_drips(drip: Script) -> None:
    with scripted(drip) as server:
        async with AsyncFTSClient(server.endpoint, **_options(retry=QUICK)) as fts:
            began = time.monotonic()
            with pytest.raises(FTSTimeoutError) as caught:
                await fts.wait_for_job(JOB_ID, timeout_s=1, poll_s=0.2)
            assert caught.value.phase == "wait"
            assert 0.9 < time.monotonic() - began < 2.5


def test_waiting_ends_in_time_though_the_server_asks_to_try_again_later() -> None:
    def busy(_channel: Channel, _asked: Asked) -> bytes:
        return answer({}, "503 Service Unavailable", extra="Retry-After: 9\r\n")

    with (
        scripted(busy) as server,
        FTSClient(server.endpoint, **_options(retry=RetryPolicy())) as fts,
    ):
        began = time.monotonic()
        with pytest.raises(FTSTimeoutError):
            fts.wait_for_job(JOB_ID, timeout_s=0.5, poll_s=0.2)
        assert time.monotonic() - began < 2.5


def test_host_with_many_addresses_of_which_none_answers_ends_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[object] = []

    def addresses(_host: str, port: int, **_: object) -> list[object]:
        names = [f"127.0.0.{n}" for n in range(9)]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (name, port)) for name in names]

    def blocks(address: object, limit_s: float) -> None:
        tried.append(address)
        time.sleep(limit_s)
        raise TimeoutError

    monkeypatch.setattr(socket, "getaddrinfo", addresses)
    monkeypatch.setattr(socket, "create_connection", blocks)
    began = time.monotonic()
    limits = Timeouts(connect_s=0.4, total_s=1)
    with FTSClient("https://fts.example.org", **_options(timeouts=limits)) as fts:
        with pytest.raises(FTSTimeoutError):
            fts.whoami()
        with pytest.raises(FTSTimeoutError):
            fts.wait_for_job(JOB_ID, timeout_s=1)
    assert 1.5 < time.monotonic() - began < 4
    assert 4 <= len(tried) <= 6


# --- size ----------------------------------------------------------------------------------------

MIB: Final = 2**20


def _endless(head: bytes, piece: bytes) -> Script:
    def script(channel: Channel, asked: Asked) -> bytes | None:
        if not asked.path.startswith("/jobs"):
            return usual(asked)
        channel.sendall(head)
        for _ in range(64 * MIB // len(piece)):
            channel.sendall(piece)
        return None

    return script


_BOMB: Final = gzip.compress(b" " * 64 * MIB, 9)


def _bomb(_channel: Channel, asked: Asked) -> bytes:
    return (
        answer(_BOMB, extra="Content-Encoding: gzip\r\n")
        if "/jobs" in asked.path
        else usual(asked)
    )


LARGE: Final = {
    "without a length": _endless(_HEAD + b"Connection: close\r\n\r\n", b" " * 65536),
    "with a length": _endless(_HEAD + b"Content-Length: 99999999999\r\n\r\n", b" " * 65536),
    "in chunks": _endless(
        _HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 65536 + b"\r\n"
    ),
    "of an error": _endless(b"HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n", b" " * 65536),
    "compressed": _bomb,
}


@pytest.mark.parametrize("large", LARGE.values(), ids=LARGE)
def test_body_larger_than_allowed_is_not_read_to_its_end(large: Script) -> None:
    with (
        scripted(large) as server,
        FTSClient(server.endpoint, **_options(max_answer_bytes=4 * MIB, retry=QUICK)) as fts,
    ):
        fts.whoami()
        tracemalloc.start()
        with pytest.raises(FTSResponseError, match=r"larger than allowed.*max_answer_bytes"):
            fts.get_job(JOB_ID)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 32 * MIB
        assert len(server.asked) == 2


@pytest.mark.parametrize("large", LARGE.values(), ids=LARGE)
async def test_async_body_larger_than_allowed_is_not_read_to_its_end(large: Script) -> None:
    with scripted(large) as server:
        async with AsyncFTSClient(server.endpoint, **_options(max_answer_bytes=4 * MIB)) as fts:
            with pytest.raises(FTSResponseError, match="larger than allowed"):
                await fts.get_job(JOB_ID)


@pytest.mark.parametrize(
    "encoding", ["br", "gzip, gzip", "gzip\r\nContent-Encoding: gzip", "zstd"]
)
def test_encoding_that_was_not_asked_for_is_a_broken_answer(encoding: str) -> None:
    def script(_channel: Channel, asked: Asked) -> bytes:
        return answer(gzip.compress(usual(asked)), extra=f"Content-Encoding: {encoding}\r\n")

    with (
        scripted(script) as server,
        FTSClient(server.endpoint, **_options()) as fts,
        pytest.raises(FTSResponseError, match="cannot be decoded"),
    ):
        fts.whoami()


_DEFLATED: Final = zlib.compress(b"[" + b",".join([b"{}"] * 100_000) + b"]")


_PARTS: Final = zlib.decompress(_DEFLATED).partition(b",{},")


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(zlib.decompress(_DEFLATED))),
        ("deflate", _DEFLATED),
        ("deflate", _DEFLATED[2:-4]),
        ("identity", zlib.decompress(_DEFLATED)),
        # A reader that copies all of the rest for each piece of it takes minutes.
        ("gzip", gzip.compress(zlib.decompress(_DEFLATED)) + bytes(100 * MIB)),
        ("gzip", b"".join(map(gzip.compress, _PARTS))),
        (
            "gzip",
            gzip.compress(b"") * 5_000 + b"".join(map(gzip.compress, _PARTS)) + bytes(100 * MIB),
        ),
    ],
    ids=[
        "gzip",
        "deflate",
        "deflate without a frame",
        "identity",
        "gzip with much after its end",
        "gzip of two members",
        "gzip of many members with much after the last",
    ],
)
def test_compressed_answer_is_read(encoding: str, body: bytes) -> None:
    def script(_channel: Channel, _asked: Asked) -> bytes:
        return answer(body, extra=f"Content-Encoding: {encoding}\r\n")

    with scripted(script) as server, FTSClient(server.endpoint, **_options()) as fts:
        started_s = time.monotonic()
        found = fts.raw.get_httpx_client().get("/jobs")
        assert len(found.json()) == 100_000
        assert found.headers["Content-Encoding"] == encoding
        assert time.monotonic() - started_s < 10


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "deflate without a frame"])
def test_compressed_answer_that_is_cut_off_is_not_read(encoding: str) -> None:
    # What is there is JSON: nobody would notice that something is missing.
    window_bits = {"gzip": 31, "deflate": 15}.get(encoding, -15)
    compressor = zlib.compressobj(wbits=window_bits)
    first = compressor.compress(b"[]") + compressor.flush(zlib.Z_SYNC_FLUSH)

    def script(_channel: Channel, _asked: Asked) -> bytes:
        return answer(first, extra=f"Content-Encoding: {encoding.split(maxsplit=1)[0]}\r\n")

    with (
        scripted(script) as server,
        FTSClient(server.endpoint, **_options()) as fts,
        pytest.raises(FTSResponseError, match="cannot be decoded"),
    ):
        fts.list_jobs()


@pytest.mark.parametrize(
    "after",
    [
        gzip.compress(b" " * 100)[:-9],
        gzip.compress(b" " * 100)[:3],
        b"\x1f\x8bis not a member",
        gzip.compress(b"") * 6_000_000,
    ],
    ids=["cut off", "cut off in its head", "broken", "one of millions"],
)
def test_member_that_cannot_be_read_is_not_left_out(after: bytes) -> None:
    def script(_channel: Channel, _asked: Asked) -> bytes:
        return answer(gzip.compress(b"[]") + after, extra="Content-Encoding: gzip\r\n")

    with (
        scripted(script) as server,
        FTSClient(server.endpoint, **_options()) as fts,
    ):
        started_s = time.monotonic()
        with pytest.raises(FTSResponseError, match="cannot be decoded"):
            fts.list_jobs()
        assert time.monotonic() - started_s < 10


def test_members_together_may_not_be_larger_than_allowed() -> None:
    def script(_channel: Channel, _asked: Asked) -> bytes:
        body = b"".join(map(gzip.compress, [b"[", b" " * MIB, b" " * MIB, b"]"]))
        return answer(body, extra="Content-Encoding: gzip\r\n")

    with scripted(script) as server:
        with FTSClient(server.endpoint, **_options(max_answer_bytes=2 * MIB + 2)) as fts:
            assert fts.list_jobs() == []
        with (
            FTSClient(server.endpoint, **_options(max_answer_bytes=2 * MIB + 1)) as fts,
            pytest.raises(FTSResponseError, match="larger than allowed"),
        ):
            fts.list_jobs()


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_empty_answer_may_be_called_compressed(encoding: str) -> None:
    def script(_channel: Channel, _asked: Asked) -> bytes:
        return answer(b"", extra=f"Content-Encoding: {encoding}\r\n")

    with scripted(script) as server, FTSClient(server.endpoint, **_options()) as fts:
        assert fts.raw.get_httpx_client().get("/jobs").content == b""


def test_list_of_fifty_thousand_jobs_is_read() -> None:
    listed = answer([job() for _ in range(50_000)])

    def script(_channel: Channel, _asked: Asked) -> bytes:
        return listed

    with scripted(script) as server, FTSClient(server.endpoint, **_options()) as fts:
        assert len(fts.raw.get_httpx_client().get("/jobs").json()) == 50_000


@pytest.mark.parametrize("value", [0, -1, "many", None, 1.5])
def test_limit_of_size_that_is_not_a_positive_number_is_refused(value: Any) -> None:
    with pytest.raises(FTSUsageError, match="max_answer_bytes"):
        FTSClient("https://localhost:1", **_options(max_answer_bytes=value))


# --- answers that are not JSON ---------------------------------------------------------------------

NOT_JSON: Final = {
    "a page": answer(b"<html>maintenance</html>", content_type="text/html"),
    "text cut off": answer(b'{"job_id": "x', content_type="text/plain"),
    "JSON cut off": answer(b'{"job_id": "x'),
    "no type": b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"job_id":',
    "bytes": answer(bytes(range(256)), content_type="application/octet-stream"),
    "too deep": answer(b"[" * 100_000),
    "a number too long": answer(b'{"job_id": ' + b"9" * 10_000 + b"}"),
}
EVERY_NOT_JSON = pytest.mark.parametrize("odd", NOT_JSON.values(), ids=NOT_JSON)


def _first(odd: bytes, path: str) -> Script:
    """A script that answers the first request of a path oddly."""
    answers: Iterator[bytes] = iter([odd])

    def script(_channel: Channel, asked: Asked) -> bytes:
        return next(answers, usual(asked)) if asked.path.startswith(path) else usual(asked)

    return script


@EVERY_NOT_JSON
def test_success_that_is_not_json_is_repeated_whatever_its_type(odd: bytes) -> None:
    with (
        scripted(_first(odd, "/jobs/")) as server,
        FTSClient(server.endpoint, **_options(retry=QUICK)) as fts,
    ):
        assert fts.get_job(JOB_ID).job_id == JOB_ID
    with (
        scripted(_first(odd, "/jobs")) as server,
        FTSClient(server.endpoint, **_options(retry=QUICK)) as fts,
    ):
        fts.submit(_JOB)
        assert [asked.path for asked in server.asked].count("/jobs") == 2
    with (
        scripted(_first(odd, "/jobs/")) as server,
        FTSClient(server.endpoint, **_options(retry=QUICK)) as fts,
    ):
        with pytest.raises(FTSResponseError):
            fts.cancel_jobs([JOB_ID])
        assert len(server.asked) == 1


@pytest.mark.parametrize("content_type", ["application/json", "text/html", "text/plain"])
def test_submission_answered_with_nothing_is_repeated(content_type: str) -> None:
    empty = answer(b"", content_type=content_type)
    with (
        scripted(_first(empty, "/jobs")) as server,
        FTSClient(server.endpoint, **_options(retry=QUICK)) as fts,
    ):
        fts.submit(_JOB)


def test_json_that_is_labelled_as_a_page_is_read() -> None:
    def labelled(_channel: Channel, asked: Asked) -> bytes:
        return usual(asked).replace(b"application/json", b"text/html")

    with scripted(labelled) as server, FTSClient(server.endpoint, **_options()) as fts:
        assert fts.whoami().vos == ["testvo"]


# --- nothing else comes out, and the job is named ------------------------------------------------


def _named(error: FTSError) -> str:
    """The job that an error names, in its text as well."""
    job_id = getattr(error, "job_id", None)
    assert job_id
    assert job_id in str(error)
    return str(job_id)


def _lost(_channel: Channel, asked: Asked) -> bytes | None:
    return None if asked.path == "/jobs" else usual(asked)


def test_token_function_that_fails_in_a_repeat_does_not_hide_the_job() -> None:
    submitted = threading.Event()

    def source() -> str:
        if submitted.is_set():
            raise OSError("the issuer is away, s3cret")
        return "token"

    def lost(_channel: Channel, asked: Asked) -> bytes | None:
        if asked.path != "/jobs":
            return usual(asked).replace(b'"certificate"', b'"oauth2"     ')
        submitted.set()
        return None

    options = _options(credential=TokenCredential(source), retry=QUICK)
    with scripted(lost) as server, FTSClient(server.endpoint, **options) as fts:
        with pytest.raises(FTSError) as caught:
            fts.submit(_JOB)
        # The last token serves on for a while.
        asked = [asked for asked in server.asked if asked.path == "/jobs"]
        assert len(asked) == 1 + QUICK.max_retries
    assert _named(caught.value)
    assert "s3cret" not in str(caught.value)


def test_two_thousand_retries_end_in_our_error_that_names_the_job() -> None:
    def busy(_channel: Channel, asked: Asked) -> bytes:
        return answer({}, "503 Busy") if asked.path == "/jobs" else usual(asked)

    policy = RetryPolicy(max_retries=1100, first_sleep_s=0)
    with (
        scripted(busy) as server,
        FTSClient(server.endpoint, **_options(retry=policy)) as fts,
        pytest.raises(FTSError, match="503") as caught,
    ):
        fts.submit(_JOB)
    assert _named(caught.value)


@pytest.mark.parametrize("error", [TypeError("x"), RecursionError(), MemoryError(), KeyError("x")])
def test_defect_below_the_transport_is_our_error_that_names_the_job(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise error

    with scripted(_lost) as server, FTSClient(server.endpoint, **_options(retry=ONCE)) as fts:
        fts.delegate()
        monkeypatch.setattr("fts_client.transport.connection.HTTP1Connection.feed", fail)
        with pytest.raises(FTSError, match="unexpected") as caught:
            fts.submit(_JOB)
    assert _named(caught.value)
    assert caught.value.__cause__ is error


def test_recorder_that_fails_does_not_hide_what_came_of_the_request(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def full(_exchange: object) -> None:
        raise BrokenPipeError

    def script(_channel: Channel, asked: Asked) -> bytes:
        return usual(asked)

    with (
        scripted(script) as server,
        FTSClient(server.endpoint, **_options()) as fts,
        watch_exchanges(full),
        record_exchanges() as seen,
    ):
        assert fts.submit(_JOB)
    assert seen
    assert "BrokenPipeError" in caplog.text


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: Timeouts(total_s=1e300), "total_s"),
        (lambda: Timeouts(connect_s=1e300), "connect_s"),
        (lambda: RetryPolicy(first_sleep_s=1e300), "first_sleep_s"),
        (lambda: RetryPolicy(max_retries=True), "max_retries"),
    ],
)
def test_number_that_no_system_takes_is_refused_by_its_name(
    make: Callable[[], object], name: str
) -> None:
    with pytest.raises(FTSUsageError, match=name):
        make()


def test_longest_limits_are_taken() -> None:
    longest = Timeouts(
        connect_s=1_000_000,
        read_s=1_000_000,
        write_s=1_000_000,
        pool_s=1_000_000,
        total_s=1_000_000,
    )

    def script(_channel: Channel, asked: Asked) -> bytes:
        return usual(asked)

    with (
        scripted(script) as server,
        FTSClient(server.endpoint, **_options(timeouts=longest)) as fts,
    ):
        assert fts.whoami().vos_id == [VO_ID]


@pytest.mark.parametrize("host", ["a..b", ".org", "a" * 70 + ".org", "fts3..cern.ch:8446"])
def test_host_name_that_dns_cannot_hold_is_refused(host: str) -> None:
    with pytest.raises(FTSUsageError, match="not a valid endpoint"):
        FTSClient(f"https://{host}", **_options())
