from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import pytest

import fts_client
from fts_client import AsyncFTSClient, FTSClient

if TYPE_CHECKING:
    from fts_contract.mock import MockFTS

PAIRS = {"close": "aclose"}
STREAMS = {"submit_many", "watch_jobs"}
# The methods that production users need.
PROMISED = [
    "server_info",
    "whoami",
    "delegate",
    "delegation_info",
    "ensure_delegation",
    "submit",
    "submit_many",
    "get_job",
    "get_jobs",
    "list_jobs",
    "list_files",
    "list_job_files",
    "wait_for_job",
    "watch_jobs",
    "cancel_job",
    "cancel_jobs",
    "cancel_files",
    "cancel_all",
    "modify_job",
    "modify_jobs",
    "ban_se",
    "unban_se",
    "list_banned_se",
    "ban_dn",
    "unban_dn",
    "list_banned_dn",
    "get_se_config",
    "set_se_config",
    "with_timeouts",
]


def _methods(client: type) -> dict[str, Any]:
    return {
        name: value
        for name, value in inspect.getmembers(client, inspect.isfunction)
        if not name.startswith("_")
    }


METHODS = _methods(FTSClient)


@pytest.mark.parametrize("name", PROMISED)
def test_both_clients_have_every_promised_method(name: str) -> None:
    assert name in _methods(FTSClient)
    assert name in _methods(AsyncFTSClient)


@pytest.mark.parametrize("name", METHODS)
def test_both_clients_have_the_same_method(name: str) -> None:
    one, other = METHODS[name], _methods(AsyncFTSClient)[PAIRS.get(name, name)]
    signature = inspect.signature(other)
    if name in STREAMS:
        assert signature.return_annotation.startswith(("AsyncIterator[", "AsyncOutcomes["))
        signature = signature.replace(
            return_annotation=signature.return_annotation.removeprefix("Async")
        )
    assert inspect.signature(one) == signature
    # Examples differ by what awaits a result.
    assert one.__doc__ == re.sub(r"\b(await|async) (?=fts\.|for )", "", other.__doc__ or "")
    assert inspect.iscoroutinefunction(other) == (name not in STREAMS | {"with_timeouts"})
    assert not inspect.iscoroutinefunction(one)


def test_neither_client_has_a_method_that_the_other_lacks() -> None:
    assert {PAIRS.get(name, name) for name in METHODS} == set(_methods(AsyncFTSClient))


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
        "insecure_http",
        "proxy",
        "max_answer_bytes",
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


def test_the_first_client_loads_nothing_that_only_others_need(mock_fts: MockFTS) -> None:
    # Each of them would take a good part of the 300 ms in docs/benchmarks.md.
    code = (
        "import sys, fts_client\n"
        "with fts_client.FTSClient(sys.argv[1], credential=sys.argv[2], ca_dir=sys.argv[3]):\n"
        "    late = 'asn1crypto.cms asyncio fts_api.models.file html.parser importlib.metadata'\n"
        "    print([m for m in late.split() if m in sys.modules])"
    )
    place = mock_fts.endpoint, str(mock_fts.credential("alice")), str(mock_fts.ca_dir)
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code, *place], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "name",
    [
        *("ensure_delegation", "submit", "submit_many", "get_job", "get_jobs", "list_jobs"),
        *("list_job_files", "wait_for_job", "watch_jobs", "cancel_job"),
    ],
)
def test_methods_that_people_meet_first_show_an_example_that_can_be_read_by_python(
    name: str,
) -> None:
    for method, awaiting in ((METHODS[name], False), (_methods(AsyncFTSClient)[name], True)):
        blocks = (inspect.getdoc(method) or "").split("\n\n")
        example = textwrap.dedent(next(b for b in blocks if b.startswith("    ")))
        assert f"fts.{name}(" in example
        top = compile(example, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        assert bool(top.co_flags & inspect.CO_COROUTINE) == awaiting
