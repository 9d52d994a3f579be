from typing import Literal

AddGrantRequestOperation = Literal["config", "datamanagement", "deleg", "transfer"]

ADD_GRANT_REQUEST_OPERATION_VALUES: set[AddGrantRequestOperation] = {
    "config",
    "datamanagement",
    "deleg",
    "transfer",
}


def check_add_grant_request_operation(value: str) -> AddGrantRequestOperation:
    if value in ADD_GRANT_REQUEST_OPERATION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {ADD_GRANT_REQUEST_OPERATION_VALUES!r}"
    )
