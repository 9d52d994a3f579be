from typing import Literal

SelectionStrategy = Literal[
    "auto",
    "duration",
    "file-throughput",
    "orderly",
    "pending-data",
    "queue",
    "success",
    "throughput",
    "waiting-time",
    "waiting-time-with-error",
]

SELECTION_STRATEGY_VALUES: set[SelectionStrategy] = {
    "auto",
    "duration",
    "file-throughput",
    "orderly",
    "pending-data",
    "queue",
    "success",
    "throughput",
    "waiting-time",
    "waiting-time-with-error",
}


def check_selection_strategy(value: str) -> SelectionStrategy:
    if value in SELECTION_STRATEGY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SELECTION_STRATEGY_VALUES!r}")
