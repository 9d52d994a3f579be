"""`/optimizer*`: what the optimizer decided, and setting it by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from fts_contract.mock.clock import wire_time
from fts_contract.mock.errors import bad_request
from fts_contract.mock.exchange import Call, Reply, json_reply
from fts_contract.mock.fields import column, fits
from fts_contract.mock.optimizer_rows import CURRENT_FIELDS, DECISION_FIELDS, Current, Decision

_LONGEST: Final = 150
_INTEGERS: Final = {"active": 2, "nostreams": 1, "diff": 1, "actual_active": 1, "queue_size": 1}
_FLOATS: Final = ("ema", "throughput", "success", "filesize_avg", "filesize_stddev")
_SINGLE_PRECISION: Final = ("throughput", "success")
_LARGEST_SINGLE: Final = 3.4028234663852886e38
_YEARS: Final = range(1970, 2038)
"""What a TIMESTAMP holds, to the year."""


def get_optimizer_enabled(call: Call) -> Reply:
    """Whether the optimizer runs, as a bare boolean; for anyone."""
    return json_reply(call.state.optimizer.enabled)


def list_optimizer_evolution(call: Call) -> Reply:
    """The newest decisions; for anyone."""
    return json_reply(call.state.optimizer.evolution(**_pair(call)))


def list_optimizer_current(call: Call) -> Reply:
    """What holds now; for anyone."""
    return json_reply(call.state.optimizer.current(**_pair(call)))


def _pair(call: Call) -> dict[str, str | None]:
    return {name: call.argument(name) for name in ("source_se", "dest_se")}


def set_optimizer_current(call: Call) -> Reply:
    """Set the current row of a pair and add a row to the history; both are answered with the values as sent.

    Source: observed on FTS 3.13.4. There anybody may do this, even without a certificate; the mock asks
    for level `config`, and answers 400 where FTS answers 500.
    """
    call.need("config")
    body = call.json_object()
    if not body.get("source_se") or not body.get("dest_se"):
        raise bad_request("Missing source and/or destination")
    for name in ("source_se", "dest_se"):
        column(body[name], name=name, longest=_LONGEST)
    _check(body)
    row = {
        "datetime": wire_time(call.now),
        **_INTEGERS,
        **dict.fromkeys(_FLOATS, 0.0),
        "rationale": None,
        **body,
    }
    stored = {name: _stored(name, value) for name, value in row.items()}
    optimizer = call.state.optimizer
    optimizer.add(Decision(**{name: stored[name] for name in DECISION_FIELDS}))
    optimizer.set_current(Current(**{name: stored[name] for name in CURRENT_FIELDS}))
    answers = [
        {name: row[name] for name in (*fields, *(given for given in body if given not in fields))}
        for fields in (DECISION_FIELDS, CURRENT_FIELDS)
    ]
    return json_reply(answers)


def _check(body: dict[str, Any]) -> None:
    for name, kind in (*((n, int) for n in _INTEGERS), *((n, float) for n in _FLOATS)):
        if name not in body:
            continue
        try:
            value = kind(body[name])
        except (TypeError, ValueError, OverflowError) as error:
            noun = "an integer" if kind is int else "a float"
            raise bad_request(f"{name.capitalize()} must be {noun} ({error})") from error
        if value < 0:
            raise bad_request(f"{name.capitalize()} must be positive ({value})")
        if not fits(value) or (name in _SINGLE_PRECISION and value > _LARGEST_SINGLE):
            raise bad_request(f"{name.capitalize()} is out of range ({value})")
    if "datetime" in body:
        try:
            given = datetime.fromisoformat(body["datetime"]).replace(tzinfo=None)
        except (TypeError, ValueError) as error:
            raise bad_request(f"Datetime must be a date ({error})") from error
        # The timestamps of the database begin one second after 1970 does.
        if given.year not in _YEARS or given == datetime(1970, 1, 1):  # noqa: DTZ001
            raise bad_request(f"Datetime is out of range ({body['datetime']})")
    if not isinstance(body.get("rationale"), str | None):
        raise bad_request("Rationale must be text")


def _stored(name: str, value: Any) -> Any:
    if name in _INTEGERS:
        return round(float(value))
    if name in _SINGLE_PRECISION:
        return float(f"{float(value):.6g}")
    return float(value) if name in _FLOATS else value
