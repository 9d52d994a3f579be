"""What a full run may name: things of its own, never a default, whatever form the request has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from fts_contract.harness.sending.own_names import is_own, own_body, own_text
from fts_contract.harness.sending.safety import UNKNOWN_DELEGATION_ID, FullLock

if TYPE_CHECKING:
    from collections.abc import Callable

OWN = "mock://fts-contract-a.example.org"
THEIRS = "davs://disk.example.org"
DN = "/DC=org/DC=example/CN=fts-contract a"


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def refused(method: str, path: str, value: Any = None, **lock: Any) -> str | None:
    body = value if isinstance(value, bytes) or value is None else as_json(value)
    return FullLock(**lock)(method, path, body)


@pytest.mark.parametrize(
    "text",
    [
        "fts-contract-a",
        "FTS-Contract",
        OWN,
        f"{OWN}:443/f",
        DN,
        "fts-contract://x",
        "https://fts-contract/",
    ],
)
def test_own_names(text: str) -> None:
    assert is_own(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "*", "testvo", " fts-contract", THEIRS, f"{THEIRS}/fts-contract", "https://fts-contract@prod.org/",
        "https://fts-contract:x@prod.org", "https://fts-contract\\@prod.org", "/CN=bob", f"{DN}/CN=bob",
        "/CN=bob/x=/CN=fts-contract/y", "x/cn=fts-contract",
    ],
)  # fmt: skip
def test_names_of_others(text: str) -> None:
    assert not is_own(text)


@pytest.mark.parametrize("number", [0, False, 0.0, 7])
def test_number_in_place_of_a_cloud_storage_is_not_sent_because_it_names_those_of_others(
    number: float,
) -> None:
    assert refused("POST", "/config/cloud_storage", {"storage_name": number}, exclusive=True)


LINK = {"symbolicname": "fts-contract-a", "source": OWN, "destination": OWN}
WRITES: list[tuple[str, str, Any]] = [
    ("POST", "/config/links", LINK),
    ("DELETE", "/config/links/fts-contract-a", None),
    ("POST", "/config/shares", {"source": OWN, "destination": OWN, "vo": "testvo", "share": 1}),
    ("POST", "/config/global", {"vo_name": "fts-contract-vo"}),
    ("POST", "/config/se", {OWN: {"se_info": {"site": "x"}, "operations": {"testvo": {"delete": 1}}}}),
    ("DELETE", f"/config/se?se={OWN}", None),
    ("POST", "/config/authorize", {"dn": DN, "operation": "deleg"}),
    ("DELETE", f"/config/authorize?dn={quote(DN)}", None),
    ("POST", "/config/activity_shares", {"vo": "fts-contract-vo", "share": {"a": 1}}),
    ("POST", "/config/cloud_storage", {"storage_name": "fts-contract-a"}),
    ("POST", "/config/cloud_storage/fts-contract-a", {"user_dn": "/CN=x"}),
    ("POST", "/ban/se", {"storage": OWN}),
    ("DELETE", f"/ban/dn?user_dn={quote(DN)}", None),
    ("POST", "/dm/rename", {"old": f"{OWN}/a", "new": f"{OWN}/b"}),
    ("POST", "/jobs", {"files": [{"sources": [f"{OWN}/f"], "destinations": ["davs://se1.example.org/f"]}]}),
    ("DELETE", f"/delegation/{UNKNOWN_DELEGATION_ID}", None),
    ("POST", "/config/links", []),
    ("POST", "/ban/se", {}),
    ("POST", "/config/drain", {"hostname": "fts-contract-host"}),
    ("PATCH", "/config/global", None),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "value"), WRITES)
def test_lock_passes_what_is_our_own_or_refused_by_fts(method: str, path: str, value: Any) -> None:
    assert refused(method, path, value) is None


@pytest.mark.parametrize(
    ("method", "path", "value"),
    [
        ("POST", "/config/links", {"symbolicname": "fts-contract-a"}),
        ("POST", "/config/links", {"symbolicname": "fts-contract-a", "source": OWN}),
        ("POST", "/config/links", LINK | {"source": "*"}),
        ("POST", "/config/links", LINK | {"destination": THEIRS}),
        ("POST", "/config/links", LINK | {"symbolicname": "*"}),
        ("POST", "/config/links", LINK | {"symbolicname": "fts-contract/a"}),
        ("POST", "//config//links/", LINK | {"source": None}),
        ("POST", "/config/links", (b'{"symbolicname": "fts-contract-a", "source": "*", "source": "fts-contract-a",'
         b' "destination": "fts-contract-a"}')),
        ("POST", "/config/links", b"symbolicname=fts-contract-a"),
        ("POST", "/config/links?symbolicname=fts-contract-a", b"x=1"),
        ("DELETE", "/config/links/*", None),
        ("DELETE", "/config/links/%2A", None),
        ("DELETE", "/config/links/fts-contract-a%2F..%2Fprod", None),
        ("POST", "/config/shares", {"source": OWN, "destination": THEIRS, "vo": "v", "share": 1}),
        ("POST", "/config/global", {}),
        ("POST", "/config/global", {"vo_name": "*"}),
        ("POST", "/config/global", {"vo_name": ""}),
        ("DELETE", "/config/global?vo_name=testvo", None),
        ("POST", "/config/se", {THEIRS: {"se_info": {}}}),
        ("POST", "/config/se", {OWN: {"se_info": {"storage": THEIRS}}}),
        ("POST", "/config/se", {OWN: {"se_info": {"storage": ""}}}),
        ("DELETE", f"/config/se?se={THEIRS}", None),
        ("DELETE", "/config/se", f"se={THEIRS}".encode()),
        ("POST", "/config/authorize", {"dn": "/CN=bob", "operation": "config"}),
        ("POST", "/config/cloud_storage", {"storage_name": ""}),
        ("DELETE", "/config/cloud_storage/DROPBOX/testvo", None),
        ("POST", "/config/activity_shares", {"vo": "testvo", "share": {"a": 1}}),
        ("POST", "/config/drain", {"hostname": "fts-a.example.org"}),
        ("POST", "/ban/se", {"storage": [THEIRS]}),
        ("POST", "/ban/dn", {"user_dn": "/CN=bob"}),
        ("POST", "/optimizer/current", {"source_se": OWN, "dest_se": OWN}),
        ("POST", "/dm/unlink", {"surl": f"{THEIRS}/f"}),
        ("POST", "/jobs", {"files": [{"sources": [f"{THEIRS}:443/f"]}]}),
        ("PUT", "/jobs", b'{"files": [{"sources": ["davs:\\/\\/DISK.example.org\\/f"]}]}'),
        ("POST", "/admin/force-start", [17]),
        ("DELETE", "/delegation/7ba5c996de416fe2", None),
        ("GET", "/delegation/7ba5c996de416fe2/request", None),
        ("GET", "/cs/access_request/dropbox/request", None),
    ],
)  # fmt: skip
def test_lock_stops_what_belongs_to_others(method: str, path: str, value: Any) -> None:
    lock = {"hosts_in_use": frozenset({"disk.example.org"}), "own_file_ids": (18,)}
    assert refused(method, path, value, **lock) is not None


@pytest.mark.parametrize(
    ("method", "path", "value"),
    [
        ("POST", "/config/links", {"symbolicname": "fts-contract-a"}),
        ("DELETE", "/config/links/*", None),
        ("POST", "/config/drain", {"hostname": "FTS-A.example.org"}),
        ("POST", "/config/global", {}),
    ],
)
def test_exclusive_lock_passes_what_can_be_put_back(method: str, path: str, value: Any) -> None:
    able: dict[str, Any] = {
        "drainable": frozenset({"fts-a.example.org"}),
        "defaults": frozenset({"/config/links", "/config/global"}),
    }
    assert refused(method, path, value, exclusive=True, **able) is None
    assert refused(method, path, value, exclusive=True) is not None
    assert refused(method, path, value, **able) is not None


@pytest.mark.parametrize(("method", "path", "value"), [one for one in WRITES if one[0] == "POST"])
@pytest.mark.parametrize("change", [str.upper, lambda text: f" {text}", lambda text: f"x{text}@*"])
def test_generated_names_become_our_own(
    method: str, path: str, value: Any, change: Callable[[str], str]
) -> None:
    if not isinstance(value, dict) or path == "/jobs":
        return
    theirs = {
        change(name) if "://" in name else name: change(given) if isinstance(given, str) else given
        for name, given in value.items()
    }
    assert refused(method, path, own_body(path, theirs)) is None


def test_names_that_no_path_can_hold_are_not_made() -> None:
    assert own_text("a/b%2Fc\n", "vo") == "fts-contract-a-b-2Fc-"
    assert own_text("", "vo") == ""
    assert own_text("/CN=bob", "dn") == f"{DN[:-1]}/CN=bob"
