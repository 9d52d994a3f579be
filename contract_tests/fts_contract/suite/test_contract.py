"""One test for each operation and check."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from fts_contract.harness.errors import CannotRunError
from fts_contract.harness.findings import CHECKS
from fts_contract.harness.operations import read_operations
from fts_contract.harness.options import RunOptions
from fts_contract.harness.run import Run, run_contract
from fts_contract.spec import load_spec


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make the tests; `pytest_plugin.pytest_xdist_make_scheduler` reads the operation from their ids."""
    if metafunc.config.getoption("fts_url") is None:
        raise pytest.UsageError("the suite needs --fts-url, such as https://fts.example.org:8446")
    metafunc.parametrize(
        ("operation_id", "check"),
        [
            pytest.param(operation.operation_id, check, id=f"{operation.operation_id}-{check}")
            for operation in read_operations(load_spec())
            for check in CHECKS
        ],
    )


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
        if (failure.operation, failure.finding.check) == (operation_id, check)
    ]
    unexplained = [failure for failure in failures if failure.deviation is None]
    if unexplained:
        lines = [f"{CHECKS[check]}:"]
        for failure in unexplained:
            lines.append(failure.finding.message)
            if failure.exchange is not None:
                lines.append(failure.exchange.curl(credential=run.credential.kind))
        pytest.fail("\n".join(lines), pytrace=False)
    known = sorted(
        {f"{entry.id}: {entry.reason}" for failure in failures if (entry := failure.deviation)}
    )
    if known:
        pytest.xfail("; ".join(known))


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
