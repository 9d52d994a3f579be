"""One test for each operation and check."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fts_contract.harness.contract.operations import read_operations
from fts_contract.harness.judging.check_names import CHECKS
from fts_contract.harness.options import RunOptions
from fts_contract.harness.probes import PROBES
from fts_contract.harness.run import Run, run_contract
from fts_contract.harness.sending.errors import CannotRunError
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from fts_contract.harness.judging.results import Failure

_PROBES = {probe.check: probe for probe in PROBES}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make the tests; `pytest_plugin.pytest_xdist_make_scheduler` reads the operation from their ids."""
    if metafunc.config.getoption("fts_url") is None:
        raise pytest.UsageError("the suite needs --fts-url, such as https://fts.example.org:8446")
    profile = metafunc.config.getoption("fts_profile")
    metafunc.parametrize(
        ("operation_id", "check"),
        [
            pytest.param(operation.operation_id, check, id=f"{operation.operation_id}-{check}")
            for operation in read_operations(load_spec())
            for check in CHECKS
            if _says_something(check, operation.operation_id, profile)
        ],
    )


def _says_something(check: str, operation_id: str, profile: str) -> bool:
    """Leave out the tests of probes that do not concern the operation or do not run in this profile."""
    probe = _PROBES.get(check)
    if probe is None:
        return True
    return probe.concerns({operation_id}) and profile in {probe.profile, "full"}


def test_contract(operation_id: str, check: str, request: pytest.FixtureRequest) -> None:
    """One operation conforms in one respect."""
    run = _run(operation_id, _options(operation_id, request.config))
    if isinstance(run, CannotRunError):
        pytest.skip(str(run))
    if run.left:
        pytest.fail(
            "\n".join(f"not put back: {one.what}\n{one.curl}" for one in run.left), pytrace=False
        )
    result = run.results.operations[operation_id]
    if result.skipped is not None:
        pytest.skip(result.skipped)
    if not result.checked:
        pytest.skip("not served (501)" if result.not_served else "no answer that could be judged")
    failures = [
        failure
        for failure in run.results.failures
        if failure.finding.check == check and _is_ours(failure, operation_id)
    ]
    if not failures and check in run.results.not_applicable:
        pytest.skip(run.results.not_applicable[check])
    unexplained = [failure for failure in failures if failure.deviation is None]
    if unexplained:
        lines = [f"{CHECKS[check]}:"]
        for failure in unexplained:
            lines.append(failure.finding.message)
            if failure.exchange is not None:
                lines.append(failure.exchange.curl())
        pytest.fail("\n".join(lines), pytrace=False)
    if known := {one.deviation.id: one.deviation.reason for one in failures if one.deviation}:
        pytest.xfail("; ".join(f"{name}: {reason}" for name, reason in sorted(known.items())))


def _is_ours(failure: Failure, operation_id: str) -> bool:
    """Say whether a failure belongs to this operation: its own, or one of a probe at an operation without such a test."""
    if failure.operation == operation_id:
        return True
    probe = _PROBES.get(failure.finding.check)
    return probe is not None and not probe.concerns({failure.operation})


@cache
def _run(operation_id: str, options: RunOptions) -> Run | CannotRunError:
    """Test one operation, once for all its checks."""
    try:
        return run_contract(options)
    except CannotRunError as error:
        if "operation is left" in error.problem or "answered no request" in error.problem:
            return error
        pytest.exit(f"{operation_id}: {error}", returncode=2)


def _options(operation_id: str, config: pytest.Config) -> RunOptions:
    plain = ("url", "profile", "allow_changes", "max_examples", "seed", "rate_limit")
    files = ("cert", "token_file", "ca_dir", "ca_file", "deviations")
    given: dict[str, Any] = {name: config.getoption(f"fts_{name}") for name in (*plain, *files)}
    return RunOptions(
        **given | {name: Path(given[name]) if given[name] else None for name in files},
        also_cert=tuple(Path(name) for name in config.getoption("fts_also_cert")),
        operations=f"^{operation_id}$",
    )
