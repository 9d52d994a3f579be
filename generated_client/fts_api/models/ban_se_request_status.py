from typing import Literal

BanSeRequestStatus = Literal["cancel", "wait"]

BAN_SE_REQUEST_STATUS_VALUES: set[BanSeRequestStatus] = {
    "cancel",
    "wait",
}


def check_ban_se_request_status(value: str) -> BanSeRequestStatus:
    if value in BAN_SE_REQUEST_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BAN_SE_REQUEST_STATUS_VALUES!r}")
