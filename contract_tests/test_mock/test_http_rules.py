from __future__ import annotations

import socket
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import pytest

from fts_contract.mock.operations import OPERATIONS, missing_operations

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    import httpx

    from fts_contract.mock import MockFTS

    Tls = Callable[[str | None, str], ssl.SSLContext]

READ_ONLY = {"GET", "HEAD", "OPTIONS"}


def bare(mock: MockFTS, tls: Tls, head: str) -> bytes:
    """Send the head of a request as it is, and read the beginning of the answer."""
    context = tls(str(mock.credential()), str(mock.ca_file))
    with (
        socket.create_connection(("localhost", mock.port), timeout=10) as connection,
        context.wrap_socket(connection, server_hostname="localhost") as channel,
    ):
        channel.sendall(f"{head}\r\n\r\n".encode())
        return channel.recv(65_536)


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/nosuch", 404, None),
        ("POST", "/nosuch", 405, READ_ONLY),
        ("DELETE", "/no/such/path", 405, READ_ONLY),
        ("PATCH", "/whoami", 405, READ_ONLY),
        ("GET", "/whoami/", 404, None),
        ("GET", "/Whoami", 404, None),
        ("POST", "/jobs/", 405, READ_ONLY),
        ("PATCH", "/jobs", 405, READ_ONLY | {"POST", "PUT"}),
        ("PUT", "/jobs/all", 405, READ_ONLY | {"POST", "DELETE"}),
        ("PUT", "/jobs/vo/x", 405, READ_ONLY | {"DELETE"}),
        ("PUT", "/jobs/x/files/1", 405, READ_ONLY | {"DELETE"}),
        ("GET", "/jobs/x/files/1", 404, None),
        ("GET", "/delegation/x/credential", 404, None),
        ("DELETE", "/delegation/x/credential", 405, READ_ONLY | {"PUT", "POST"}),
        ("GET", "/admin/force-start", 404, None),
        ("OPTIONS", "/nosuch", 200, READ_ONLY),
        ("OPTIONS", "/jobs", 200, READ_ONLY | {"POST", "PUT"}),
    ],
)
def test_routing_follows_the_real_server(
    connect: Callable[..., httpx.Client],
    method: str,
    path: str,
    status: int,
    allow: set[str] | None,
) -> None:
    # Anonymous on purpose: paths and methods are judged before permissions.
    answer = connect("anonymous").request(method, path)

    assert answer.status_code == status
    assert (
        set(answer.headers["allow"].split(", ")) if "allow" in answer.headers else None
    ) == allow
    if status != 200:
        assert set(answer.json()) == {"status", "message"}
    else:
        assert answer.content == b""


@pytest.mark.parametrize(
    "path", ["/./whoami", "/%2e/whoami", "/jobs/../whoami", "/a/%2E%2e/whoami"]
)
def test_segments_of_dots_are_followed(mock: MockFTS, tls: Tls, path: str) -> None:
    assert bare(mock, tls, f"GET {path} HTTP/1.1\r\nHost: localhost").startswith(b"HTTP/1.1 200 ")


def test_front_end_closes_the_connection_when_it_cannot_read_on(mock: MockFTS, tls: Tls) -> None:
    answer = bare(mock, tls, "GET /%2e%2e/whoami HTTP/1.1\r\nHost: localhost")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"connection: close\r\n" in answer.lower()


@pytest.mark.parametrize(
    ("path", "announced"),
    [
        ("/jobs", False),
        ("/files", False),
        ("/ban/se", False),
        ("/config/links", True),
        ("/whoami", True),
    ],
)
def test_length_of_lists_is_not_announced_unless_they_have_a_page(
    connect: Callable[..., httpx.Client], path: str, *, announced: bool
) -> None:
    answer = connect("admin").get(path, headers={"Accept": "application/json"})

    assert answer.status_code == 200
    assert ("content-length" in answer.headers) is announced
    assert answer.headers.get("transfer-encoding") == (None if announced else "chunked")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/archive/%0A", '{"_links": '),
        ("/jobs/%0A", "["),
        ("/whoami%0A", '{"user_dn": '),
        (
            "/jobs/x/files%0A",
            '{"status": "404 Not Found", "message": "No job with the id \\"x\\" ',
        ),
        (
            "/archive/%0D%0A",
            '{"status": "404 Not Found", "message": "No job with the id \\"\\r\\n\\" ',
        ),
        (
            "/archive/%0A%0A",
            '{"status": "404 Not Found", "message": "No job with the id \\"\\n\\n\\" ',
        ),
    ],
)
def test_line_end_after_a_path_is_ignored_unless_a_placeholder_takes_it(
    connect: Callable[..., httpx.Client], path: str, found: str
) -> None:
    assert connect("alice").get(path).text.startswith(found)


@pytest.mark.parametrize("path", ["//whoami", "/whoami", "///whoami"])
def test_runs_of_slashes_are_merged(
    connect: Callable[..., httpx.Client], mock: MockFTS, path: str
) -> None:
    assert connect().get(mock.endpoint + path).json()["user_dn"].endswith("CN=alice")


def test_errors_are_json_whatever_is_accepted(connect: Callable[..., httpx.Client]) -> None:
    answer = connect().get("/nosuch", headers={"Accept": "text/html"})

    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["status"] == "404 Not Found"


def test_head_is_get_without_body(connect: Callable[..., httpx.Client]) -> None:
    answer = connect().head("/whoami")

    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) > 0
    assert answer.content == b""


@pytest.mark.parametrize(
    ("headers", "status", "text"),
    [
        ({"Origin": "https://evil.example.org"}, 403, "Host and Origin do not match"),
        ({"Origin": "null"}, 403, "Host and Origin do not match"),
        ({"Authorization": "Bearer x.y.z"}, 400, "Unsupported authentication method"),
        ({"Authorization": "Bearer\tx.y.z"}, 400, "Unsupported authentication method"),
        ({"Origin": ""}, 200, "user_dn"),
        ({"Authorization": "Bearer"}, 200, "user_dn"),
        ({"Authorization": "bearer x.y.z"}, 200, "user_dn"),
        ({"Authorization": "Basic YTpi"}, 200, "user_dn"),
    ],
)
def test_origin_and_authorization_are_judged_first(
    connect: Callable[..., httpx.Client], headers: dict[str, str], status: int, text: str
) -> None:
    answer = connect().get("/whoami", headers=headers)

    assert (answer.status_code, text in answer.text) == (status, True)
    if status != 200:
        assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_origin_of_the_server_itself_passes(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    assert connect().get("/whoami", headers={"Origin": mock.endpoint}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/jobs/a%2Fb", 404),
        ("/jobs/" + "x" * 4100, 404),
        ("/jobs/" + "x" * 9000, 414),
    ],
)
def test_front_end_refuses_odd_paths_with_a_page(
    connect: Callable[..., httpx.Client], path: str, status: int
) -> None:
    answer = connect().get(path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=iso-8859-1"


@pytest.mark.parametrize(
    ("request_line", "headers", "status"),
    [
        ("GET /whoami HTTP/1.1", "Host: localhost", 200),
        ("GET /whoami HTTP/1.0", "", 200),
        ("GET /whoami HTTP/1.1", "", 400),
        ("GET /whoami HTTP/1.1", "Accept: */*", 400),
        ("GET /who ami HTTP/1.1", "Host: localhost", 400),
        ("GET /whoami HTTP/1.1", "no colon", 400),
        ("POST /jobs HTTP/1.1", "Host: localhost\r\nContent-Length: 2\r\nContent-Length: 3", 400),
        ("GET /whoami HTTP/1.1", "Host: localhost\r\nX-Long: " + "x" * 90_000, 400),
    ],
)
def test_bare_requests_get_an_answer_and_never_500(
    mock: MockFTS,
    tls: Tls,
    request_line: str,
    headers: str,
    status: int,
) -> None:
    """Source: RFC 9112 section 3.2: a request of HTTP/1.1 without Host is answered with 400."""
    head = "\r\n".join(line for line in (request_line, headers, "Connection: close") if line)
    answer = bare(mock, tls, head)

    assert answer.split()[:2] == [b"HTTP/1.1", str(status).encode()]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("storage=mock://a", 204),
        ("storage=mock://a&storage=", 204),
        ("storage=&storage=mock://a", 400),
    ],
)
def test_first_of_repeated_arguments_counts_also_when_it_is_empty(
    connect: Callable[..., httpx.Client], query: str, status: int
) -> None:
    assert connect("root").delete(f"/ban/se?{query}").status_code == status


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/whoami", {}, 200),
        ("GET", "/jobs?limit=501", {}, 400),
        ("GET", "/dm/stat", {}, 400),
        ("GET", "/whoami", {"Authorization": "Bearer a.b.c"}, 400),
        ("GET", "/ban/se", {}, 403),
        ("GET", "/nosuch", {}, 404),
        ("PUT", "/whoami", {}, 405),
        ("POST", "/jobs", {"Content-Type": "application/json"}, 419),
    ],
)
def test_connection_is_closed_after_400_from_apache_or_fts_and_kept_after_403_404_405_and_419(
    connect: Callable[..., httpx.Client],
    *,
    method: str,
    path: str,
    headers: dict[str, str],
    status: int,
) -> None:
    # No caller has delegated, hence the 419.
    answer = connect("bob-novoms").request(
        method, path, headers=headers, content=b"{}" if method == "POST" else None
    )

    assert answer.status_code == status
    assert answer.headers.get("connection") == ("close" if status == 400 else None)


def test_chunked_body_is_411(alice: httpx.Client) -> None:
    answer = alice.post(
        "/jobs", content=iter([b"{}"]), headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 411


def test_what_is_not_built_answers_501_and_is_listed(
    connect: Callable[..., httpx.Client],
) -> None:
    admin = connect("admin")
    for operation in (o for o in OPERATIONS if o.handler is None):
        path = operation.template.replace("{", "").replace("}", "")
        assert admin.request(operation.method, path).status_code == 501
        assert f"{operation.method} {operation.template}" in missing_operations()


def test_core_operations_are_built() -> None:
    core = ("/whoami", "/jobs", "/files", "/delegation/", "/archive", "/admin")

    assert [m for m in missing_operations() if m.split()[1].startswith(core)] == []


def test_date_is_the_time_of_the_mock(connect: Callable[..., httpx.Client], mock: MockFTS) -> None:
    client = connect("alice")
    before = parsedate_to_datetime(client.get("/whoami").headers["date"])
    mock.clock.advance(3600)
    after = parsedate_to_datetime(client.get("/whoami").headers["date"])
    assert timedelta(minutes=59) < after - before < timedelta(minutes=61)


_FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("kind", [_FORM, _FORM.upper()])
def test_form_of_a_delete_is_read_whatever_the_case_of_its_type(
    connect: Callable[..., httpx.Client], kind: str
) -> None:
    answer = connect("admin").request(
        "DELETE", "/config/global", content=b"vo_name=form", headers={"Content-Type": kind}
    )
    assert answer.status_code == 204


def test_form_in_place_of_json_needs_its_type_in_lower_case(
    connect: Callable[..., httpx.Client],
) -> None:
    admin = connect("admin")
    admin.headers["Accept"] = "application/json"

    def change(kind: str) -> httpx.Response:
        headers = {"Content-Type": kind}
        return admin.post("/config/global", content=b"vo_name=form&retry=3", headers=headers)

    refused = change(_FORM.upper())
    refusal = f"Expecting application/json or {_FORM}"
    assert (refused.status_code, refused.json()["message"]) == (400, refusal)
    assert "form" not in admin.get("/config/global").json()
    assert change(_FORM).status_code == 200
    assert admin.get("/config/global").json()["form"]["retry"] == 3


def test_query_overrides_the_form(connect: Callable[..., httpx.Client]) -> None:
    admin = connect("admin")
    headers = {"Content-Type": _FORM, "Accept": "application/json"}
    admin.post(
        "/config/global", params={"retry": 4}, content=b"vo_name=f&retry=3", headers=headers
    )
    assert admin.get("/config/global", headers=headers).json()["f"]["retry"] == 4


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/ban/se", "storage"),
        ("/ban/dn", "user_dn"),
        ("/config/se", "se"),
        ("/config/global", "vo_name"),
        ("/config/authorize", "dn"),
        ("/config/shares", "source"),
    ],
)
def test_empty_parameter_in_the_query_of_a_delete_overrides_the_form(
    connect: Callable[..., httpx.Client], path: str, name: str
) -> None:
    admin, headers = connect("admin"), {"Content-Type": _FORM}
    form = f"destination=b&vo=c&source=a&{name}=x".encode()
    statuses = [
        admin.request("DELETE", path, params=query, content=form, headers=headers).status_code
        for query in ({}, {name: ""})
    ]
    assert statuses == [204, 400]
