from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import fts_client
from fts_client import AsyncFTSClient, FTSClient

PAIRS = {"close": "aclose", "__enter__": "__aenter__", "__exit__": "__aexit__"}
METHODS = [
    name
    for name in vars(FTSClient)
    if inspect.isfunction(vars(FTSClient)[name]) and not name.startswith("_")
]


@pytest.mark.parametrize("name", METHODS)
def test_both_clients_have_the_same_method(name: str) -> None:
    one, other = getattr(FTSClient, name), getattr(AsyncFTSClient, PAIRS.get(name, name))
    assert inspect.signature(one) == inspect.signature(other)
    assert one.__doc__ == other.__doc__
    assert inspect.iscoroutinefunction(other)
    assert not inspect.iscoroutinefunction(one)


def test_neither_client_has_a_method_that_the_other_lacks() -> None:
    other = {
        name
        for name, value in vars(AsyncFTSClient).items()
        if inspect.isfunction(value) and not name.startswith("_")
    }
    assert {PAIRS.get(name, name) for name in METHODS} == other


def test_both_clients_have_the_constructor_of_the_design() -> None:
    parameters = inspect.signature(FTSClient).parameters
    assert list(parameters) == [
        "endpoint",
        "credential",
        "verify",
        "ca_dir",
        "ca_file",
        "crl_check",
        "timeouts",
        "retry",
        "user_agent",
    ]
    assert inspect.signature(AsyncFTSClient) == inspect.signature(FTSClient)


def test_every_public_name_can_be_imported_and_is_listed_in_order() -> None:
    assert all(getattr(fts_client, name) is not None for name in fts_client.__all__)
    assert len(set(fts_client.__all__)) == len(fts_client.__all__)
    assert set(fts_client.__all__) <= set(dir(fts_client))


def test_a_name_that_does_not_exist_raises_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing_like_this"):
        fts_client.nothing_like_this  # noqa: B018


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, fts_client; "
        "print([m for m in ('httpx', 'cryptography', 'fts_api', 'attrs') if m in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
