"""One test for each operation and check."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

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
    """Leave out the tests of a probe that does not touch the operation, or is not held in this profile."""
    probe = _PROBES.get(check)
    if probe is None:
        return True
    return probe.concerns({operation_id}) and profile in {probe.profile, "full"}


def test_contract(operation_id: str, check: str, request: pytest.FixtureRequest) -> None:
    """One operation keeps the contract in one respect."""
    run = _run(operation_id, _options(operation_id, request.config))
    if isinstance(run, CannotRunError):
        pytest.skip(str(run))
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
                lines.append(failure.exchange.curl(credential=run.credential.kind))
        pytest.fail("\n".join(lines), pytrace=False)
    if known := {one.deviation.id: one.deviation.reason for one in failures if one.deviation}:
        pytest.xfail("; ".join(f"{name}: {reason}" for name, reason in sorted(known.items())))


def _is_ours(failure: Failure, operation_id: str) -> bool:
    """Say whether a failure belongs to the test of this operation; a probe may find one where it has no test."""
    if failure.operation == operation_id:
        return True
    probe = _PROBES.get(failure.finding.check)
    return probe is not None and not probe.concerns({failure.operation})


@cache
def _run(operation_id: str, options: RunOptions) -> Run | CannotRunError:
    """Send the requests of one operation, once."""
    try:
        return run_contract(options)
    except CannotRunError as error:
        if "operation is left" in error.problem or "answered no request" in error.problem:
            return error
        pytest.exit(f"{operation_id}: {error}", returncode=2)


def _options(operation_id: str, config: pytest.Config) -> RunOptions:
    def path(name: str) -> Path | None:
        value = config.getoption(name)
        return Path(value) if value else None

    return RunOptions(
        url=config.getoption("fts_url"),
        cert=path("fts_cert"),
        also_cert=tuple(Path(name) for name in config.getoption("fts_also_cert")),
        token_file=path("fts_token_file"),
        ca_dir=path("fts_ca_dir"),
        ca_file=path("fts_ca_file"),
        deviations=path("fts_deviations"),
        profile=config.getoption("fts_profile"),
        allow_changes=config.getoption("fts_allow_changes"),
        max_examples=config.getoption("fts_max_examples"),
        seed=config.getoption("fts_seed"),
        rate_limit=config.getoption("fts_rate_limit"),
        operations=f"^{operation_id}$",
    )
