"""The options of a run, checked before anything is sent."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import attrs

from fts_contract.harness.exchange_checks.slow_answer import SLOW_AFTER_S
from fts_contract.harness.judging.check_names import CHECKS
from fts_contract.harness.sending.errors import CannotRunError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Profile", "RunOptions", "check_regex"]

Profile = Literal["safe", "full"]

# Of seconds, requests per second and examples: systems cannot wait for arbitrarily long.
_LEAST, _MOST = 0.001, 1_000_000
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def check_regex(option: str, pattern: str, *, example: str) -> None:
    """Refuse a value of an option that is not a regular expression, or one whose meaning Python is going to change.

    Raises:
        CannotRunError: Says why, and gives an example.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)
            re.compile(pattern)
    except (re.error, FutureWarning, OverflowError, RecursionError) as error:
        raise CannotRunError(
            f"{option} {pattern!r} is not a valid regular expression ({error})",
            remedy=f"for example {option} {example}",
        ) from error


@attrs.frozen(kw_only=True)
class RunOptions:
    """One run of the contract tests.

    Attributes:
        url: Endpoint of the FTS, such as `https://fts3.example.org:8446`.
        cert: PEM file with a certificate or proxy, its chain and its key; None looks where grid tools look.
        token_file: File with a bearer token; excludes `cert`.
        also_cert: PEM files of further callers, each like `cert`, to test what the server refuses them.
        ca_dir: Hashed directory of CA certificates; None uses X509_CERT_DIR, then the grid's place, then the system's.
        ca_file: File with CA certificates; excludes `ca_dir`.
        insecure: Do not verify the server's certificate.
        http_proxy: Address of an HTTP proxy; "" for none; None: what the environment says.
        profile: `safe` sends only what changes nothing; `full` submits, cancels and delegates.
        exclusive: In `full`, the whole server belongs to the run: also test what concerns everybody, such as drains.
        optimizer_rows: In `full`, also write decisions of the optimizer, which no request removes.
        ban_callers: With `exclusive`, also ban a caller of `also_cert` for a moment, which ends its jobs, and grant one a level.
        allow_changes: Required for `full`: the user knows that the run changes the server's state.
        max_examples: Generated requests per operation and phase.
        seed: Same seed, same requests (ids that the server makes aside).
        operations: Regular expression, searched in id and `METHOD /path`: only those operations are tested.
        archived_jobs: Ids of jobs that may be in the archive, which has no list.
        deviations: File of known deviations, in place of the bundled ones for the server's version.
        without: Names of checks to switch off, see `fts_contract.harness.judging.check_names.CHECKS`.
        timeout_s: Limit for each answer, in seconds.
        max_time_s: No further request is sent after so many seconds; None for no limit.
        rate_limit: Most requests per second; None for no limit.
        slow_after_s: An answer that takes longer, in seconds, is a failure.
    """

    url: str
    cert: Path | None = None
    token_file: Path | None = None
    also_cert: tuple[Path, ...] = ()
    ca_dir: Path | None = None
    ca_file: Path | None = None
    insecure: bool = False
    http_proxy: str | None = None
    profile: Profile = "safe"
    allow_changes: bool = False
    exclusive: bool = False
    optimizer_rows: bool = False
    ban_callers: bool = False
    max_examples: int = 20
    seed: int = 42
    operations: str | None = None
    archived_jobs: tuple[str, ...] = ()
    deviations: Path | None = None
    without: tuple[str, ...] = ()
    timeout_s: float = 30.0
    max_time_s: float | None = None
    rate_limit: float | None = None
    slow_after_s: float = SLOW_AFTER_S

    def check(self) -> None:
        """Refuse options that contradict each other.

        Raises:
            CannotRunError: Says which option, and what to give instead.
        """
        self._check_url()
        if self.profile == "full" and not self.allow_changes:
            raise CannotRunError(
                "profile full submits, cancels and delegates on the server",
                remedy="add --allow-changes if this is a test server, or use --profile safe",
            )
        for given in (
            {"--cert": self.cert, "--token-file": self.token_file},
            {"--ca-dir": self.ca_dir, "--ca-file": self.ca_file, "--insecure": self.insecure},
        ):
            if sum(map(bool, given.values())) > 1:
                raise CannotRunError(
                    f"{', '.join(given)} exclude each other", remedy="give one of them"
                )
        for name, value, least in (
            ("--max-examples", self.max_examples, 1),
            ("--timeout", self.timeout_s, _LEAST),
            ("--max-time", self.max_time_s, _LEAST),
            ("--rate-limit", self.rate_limit, _LEAST),
            ("--slow-after", self.slow_after_s, _LEAST),
        ):
            # Comparisons with NaN are false.
            if value is not None and not least <= value <= _MOST:
                raise CannotRunError(
                    f"{name} is {repr(value)[:20]}",
                    remedy=f"give a number from {least:g} to {_MOST:,}",
                )
        for name in self.without:
            if name not in CHECKS:
                raise CannotRunError(
                    f"--without {name}: there is no such check", remedy="see: fts contract checks"
                )
        check_regex("--operations", self.operations or "", example="'jobs' or 'GET /whoami'")

    def _check_url(self) -> None:
        try:
            parts = urlsplit(self.url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise CannotRunError(
                f"{self.url!r} is not a valid URL ({error})", remedy=_URL_HINT
            ) from error
        if parts.scheme not in {"https", "http"} or not host or port == 0:
            problem = f"{self.url!r} is not an https URL"
        elif parts.query or parts.fragment or parts.username:
            problem = f"the URL of {host} has a user, query or fragment"
        elif parts.scheme == "http" and host not in _LOOPBACK:
            # A token or a delegated credential would travel unencrypted.
            problem = f"{self.url!r} is not encrypted"
        else:
            return
        raise CannotRunError(problem, remedy=_URL_HINT)

    @property
    def base_url(self) -> str:
        """The endpoint without a trailing slash."""
        return self.url.rstrip("/")

    def wants(self, *names: str) -> bool:
        """Say whether the user selected an operation, given by its names."""
        return any(re.search(self.operations or "", name) for name in names)


_URL_HINT = "give the endpoint, for example https://fts3.example.org:8446"
