from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fts_contract.mock.configuration import Link

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from fts_contract.mock import MockFTS


@pytest.fixture
def admin(connect: Callable[..., httpx.Client], mock: MockFTS) -> httpx.Client:
    for name, source, dest in (
        ("1", "srm://a.org", "srm://b.org"),
        ("2", "srm://a.org", "davs://d_x.org"),
        ("3", "davs://dyx.org", "*"),
    ):
        mock.state.config.put_link(Link(name, source, dest))
    return connect("admin")


def found(admin: httpx.Client, what: str, **params: str) -> list[str]:
    answer = admin.get(f"/autocomplete/{what}", params=params)
    assert answer.status_code == 200
    return sorted(answer.json())


def test_ends_of_links_are_found_once_by_prefix_in_any_case(admin: httpx.Client) -> None:
    assert found(admin, "source") == ["srm://a.org"]
    assert found(admin, "destination") == ["srm://b.org"]
    assert found(admin, "storage") == ["srm://a.org", "srm://b.org"]
    assert found(admin, "source", term="DAVS://d") == ["davs://dyx.org"]
    assert found(admin, "destination", term="*") == ["*"]
    assert found(admin, "source", term="a.org") == []
    assert len(found(admin, "storage", term="")) == 5


def test_percent_and_underscore_are_wildcards_and_nothing_else_is(admin: httpx.Client) -> None:
    assert found(admin, "storage", term="%.org") == [
        "davs://d_x.org",
        "davs://dyx.org",
        "srm://a.org",
        "srm://b.org",
    ]
    assert found(admin, "storage", term="davs://d_x") == ["davs://d_x.org", "davs://dyx.org"]
    assert found(admin, "storage", term="srm://.") == []


def test_dns_are_those_with_a_credential_even_an_expired_one(
    admin: httpx.Client, mock: MockFTS
) -> None:
    mock.state.delegate("alice")
    mock.state.delegate_dn("/DC=cern.ch/CN=one", lifetime_s=-60)

    assert found(admin, "dn") == ["/DC=cern.ch/CN=one"]
    assert found(admin, "dn", term="/dc=ORG") == [mock.caller("alice").user_dn]


def test_vos_are_those_of_jobs(admin: httpx.Client, mock: MockFTS) -> None:
    mock.state.add_job(vo_name="cms")

    assert found(admin, "vo") == []
    assert found(admin, "vo", term="c") == ["cms"]


@pytest.mark.parametrize("what", ["dn", "source", "destination", "storage", "vo"])
def test_completion_needs_level_config(alice: httpx.Client, what: str) -> None:
    assert alice.get(f"/autocomplete/{what}").status_code == 403
