"""Rows about starting: import, the first client, one more client."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from statistics import median
from typing import TYPE_CHECKING, Final

from bench.figures import Counts, Figure, Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.processes import Bench

__all__ = ["START_ROWS"]

# Run before the clock starts: hide click, which an installation of fts-client or fts-client[cli] does not have. Where click is
# installed, httpx imports its own command line with rich and pygments.
_AS_INSTALLED: Final = """
import sys
sys.modules["click"] = None
"""
_IMPORT: Final = """
from time import perf_counter
start = perf_counter()
import fts_client
print(perf_counter() - start)
"""
_CLIENT: Final = """
import sys
from time import perf_counter
start = perf_counter()
import fts_client
client = fts_client.FTSClient(sys.argv[1], credential=sys.argv[2], ca_dir=sys.argv[3])
client._transport._pools.blocking(client._transport.source.snapshot())
print(perf_counter() - start)
client.close()
"""
_LIBRARIES: Final = """
from time import perf_counter
start = perf_counter()
import attrs, httpx
from cryptography import x509
from cryptography.hazmat.primitives import serialization
print(perf_counter() - start)
"""
_IMPORT_TIME: Final = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s*([\w.]+)")


def _run(code: str, *arguments: str, options: tuple[str, ...] = ()) -> tuple[float, str]:
    """Run code in a new process, and return the seconds that it prints and its stderr."""
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, *options, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
    )
    return float(done.stdout), done.stderr


def _imports(text: str) -> Mapping[str, float]:
    """Sum up the output of `-X importtime` by package, as shares."""
    sums: dict[str, int] = {}
    for microseconds, module in _IMPORT_TIME.findall(text):
        package = module.partition(".")[0]
        known = package if package in _PACKAGES else "standard library and others"
        sums[known] = sums.get(known, 0) + int(microseconds)
    total = sum(sums.values()) or 1
    return {name: n / total for name, n in sorted(sums.items(), key=lambda item: -item[1])}


_PACKAGES: Final = frozenset(
    {"attr", "attrs", "asn1crypto", "cryptography", "fts_api", "fts_client", "h11", "httpx"}
)


def _import(_bench: Bench, counts: Counts) -> Figure:
    times = [_run(_IMPORT)[0] for _ in range(counts.starts)]
    return Figure(
        value=median(times) * 1000,
        detail=f"{min(times) * 1000:.1f} to {max(times) * 1000:.1f} ms in {counts.starts} processes",
    )


def _first_client(bench: Bench, counts: Counts) -> Figure:
    place = bench.place()
    arguments = place["endpoint"], place["credential"], place["ca_dir"]
    times, libraries, with_click = [], [], []
    for _ in range(counts.starts):
        times.append(_run(_AS_INSTALLED + _CLIENT, *arguments)[0])
        libraries.append(_run(_AS_INSTALLED + _LIBRARIES)[0])
        with_click.append(_run(_CLIENT, *arguments)[0])
    _, trace = _run(_AS_INSTALLED + _CLIENT, *arguments, options=("-X", "importtime"))
    return Figure(
        value=median(times) * 1000,
        detail=(
            f"httpx, attrs and cryptography alone {median(libraries) * 1000:.0f} ms; "
            f"where click is installed too {median(with_click) * 1000:.0f} ms"
        ),
        parts=_imports(trace),
    )


def _ready(bench: Bench, counts: Counts) -> Figure:
    ours = bench.ours()
    times = [ours.do("ready") for _ in range(counts.starts)]
    return Figure(
        value=median(times) * 1000,
        detail=f"{min(times) * 1000:.1f} to {max(times) * 1000:.1f} ms",
        parts=ours.do("profile", what="ready", arguments={}),
    )


START_ROWS = (
    Row(
        name="ready",
        title="one more client: credential, TLS context, pool",
        target=60.0,
        sense="<=",
        unit=" ms",
        limit="reading a certificate chain and a key, one TLS context",
        measure=_ready,
    ),
    Row(
        name="import",
        title="import fts_client in a new process",
        target=60.0,
        sense="<=",
        unit=" ms",
        limit="one module: names are loaded when they are used",
        measure=_import,
    ),
    Row(
        name="first-client",
        title="import and first client in a new process",
        target=300.0,
        sense="<=",
        unit=" ms",
        limit="import of httpx, attrs and cryptography",
        measure=_first_client,
    ),
)
