from typing import Literal

TpcSupport = Literal["FULL", "NONE", "PULL", "PUSH"]

TPC_SUPPORT_VALUES: set[TpcSupport] = {
    "FULL",
    "NONE",
    "PULL",
    "PUSH",
}


def check_tpc_support(value: str) -> TpcSupport:
    if value in TPC_SUPPORT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TPC_SUPPORT_VALUES!r}")
