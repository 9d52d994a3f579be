"""Which version of a server has what."""

from __future__ import annotations

import pytest

from fts_contract.harness.contract.versions import covers, served


@pytest.mark.parametrize(
    ("family", "version", "expected"),
    [
        ("3.13", "3.13.4", True),
        ("3.13", "3.13", True),
        ("3.13.4", "3.13.4", True),
        ("3.1", "3.13.4", False),
        ("3.13", "3.130.0", False),
        ("3.13.4", "3.13", False),
        ("3.13", "4.0.0", False),
    ],
)
def test_covers_compares_numbers(family: str, version: str, *, expected: bool) -> None:
    assert covers(family, version) is expected


@pytest.mark.parametrize(
    ("version", "since", "until", "expected"),
    [
        (None, "3.13", "3.12", True),
        ("3.13.4", None, None, True),
        ("3.13.4", "3.13", None, True),
        ("3.12.9", "3.13", None, False),
        ("3.9.1", "3.13", None, False),
        ("3.12.9", None, "3.12", True),
        ("3.13.0", None, "3.12", False),
        ("3.12.1", None, "3.12.0", False),
    ],
)
def test_served_honours_both_bounds(
    version: str | None, since: str | None, until: str | None, *, expected: bool
) -> None:
    assert served(version, since=since, until=until) is expected
