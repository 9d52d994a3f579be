from typing import Literal

ChecksumMode = Literal["both", "none", "source", "target"]

CHECKSUM_MODE_VALUES: set[ChecksumMode] = {
    "both",
    "none",
    "source",
    "target",
}


def check_checksum_mode(value: str) -> ChecksumMode:
    if value in CHECKSUM_MODE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CHECKSUM_MODE_VALUES!r}")
