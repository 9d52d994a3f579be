"""Where all exchanges of a run go: to the judge, the news, the results and the progress."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs

from fts_contract.harness.exchange_checks.model import Finding
from fts_contract.harness.sending.session import unanswered

if TYPE_CHECKING:
    import requests

    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.judging.judge import Judge
    from fts_contract.harness.judging.news import NewsDesk
    from fts_contract.harness.judging.results import Results
    from fts_contract.harness.progress import Tracker
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["Sink", "Watch"]

Watch = Callable[["Operation", "Exchange"], None]
"""Called with each exchange."""


@attrs.frozen
class Sink:
    """Takes all exchanges of a run, and has them judged."""

    results: Results
    judge: Judge
    desk: NewsDesk
    sender: str
    watch: Watch
    tracker: Tracker

    def take(self, exchange: Exchange) -> None:
        """Judge an exchange whose path is in the document."""
        match = self.judge.contract.find(exchange.method, exchange.target)
        if match is None:
            return
        operation = match.operation
        findings = self.judge.judge(match, exchange)
        self.results.add(
            operation, exchange, findings, lambda: self.judge.wrong_with(match, exchange)
        )
        self.desk.take(operation, exchange)
        self.watch(operation, exchange)
        self.tracker.answered(operation)

    def trouble(self, label: str | None, text: str, error: requests.RequestException) -> None:
        """Report a request without a complete answer, with the operation of this label or of the request."""
        line = " ".join(text.split())
        exchange = unanswered(error, self.sender)
        contract = self.judge.contract
        match = exchange and contract.find(exchange.method, exchange.target)
        named = next((one for one in contract.operations if label == str(one)), None)
        operation = named or (match.operation if match else None)
        if operation is None:
            self.note(line)
        else:
            self.results.add_finding(operation, Finding("no-answer", line, line[:40]), exchange)

    def note(self, text: str) -> None:
        """Note something that was not tested, for a reason that says nothing about the server."""
        line = " ".join(text.split())
        if line not in self.results.errors:
            self.results.errors.append(line)
