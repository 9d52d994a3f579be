"""The options of a comparison."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import attrs

from fts_contract.compare.plays import GENERATED
from fts_contract.harness.options import check_regex
from fts_contract.harness.sending.errors import CannotRunError

if TYPE_CHECKING:
    from pathlib import Path

    from fts_contract.harness.options import RunOptions

__all__ = ["MOCK", "CompareOptions"]

MOCK = "mock"
_HTTPS = 443


@attrs.frozen(kw_only=True)
class CompareOptions:
    """What to compare, and how.

    Attributes:
        reference: Endpoint of the server that is right, or `mock`.
        target: Endpoint of the other one, or `mock`.
        run: Callers, trust, profile, seed and limits, which mean the same as for a run; its `url` is not used.
        known: File of known differences; None for none.
        generated: Number of generated plays.
        plays: Regular expression, searched in the names of plays: only those are performed, and what they build on.
    """

    reference: str = MOCK
    target: str
    run: RunOptions
    known: Path | None = None
    generated: int = GENERATED
    plays: str = ""

    @property
    def alone(self) -> bool:
        """Both servers are embedded mocks, which belong to the comparison alone."""
        return self.reference == self.target == MOCK

    def of(self, address: str) -> RunOptions:
        """Give the options of a run on one of the two servers, checked.

        Raises:
            CannotRunError: Options contradict each other.
        """
        options = attrs.evolve(self.run, url=address)
        options.check()
        return options

    def check(self) -> None:
        """Refuse options that contradict each other.

        Raises:
            CannotRunError: Says which option, and what to give instead.
        """
        for address in {self.reference, self.target} - {MOCK}:
            self.of(address)
        both = MOCK not in {self.reference, self.target}
        if both and _places(self.reference) & _places(self.target):
            raise CannotRunError(
                "reference and target are the same server", remedy="give two addresses"
            )
        if self.generated < 0:
            raise CannotRunError(f"--generated is {self.generated}", remedy="give 0 or more")
        check_regex("--plays", self.plays, example="'cancel|ban'")


def _places(address: str) -> set[tuple[str, int]]:
    """Give the host with its IP addresses, and the port, of an endpoint: one server can have several names."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or _HTTPS
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # The latter for a label that is empty or too long.
        found = []
    return {(host, port), *((str(one[4][0]), port) for one in found)}
