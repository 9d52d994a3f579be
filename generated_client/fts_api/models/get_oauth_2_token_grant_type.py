from typing import Literal

GetOauth2TokenGrantType = Literal["authorization_code", "refresh_token"]

GET_OAUTH_2_TOKEN_GRANT_TYPE_VALUES: set[GetOauth2TokenGrantType] = {
    "authorization_code",
    "refresh_token",
}


def check_get_oauth_2_token_grant_type(value: str) -> GetOauth2TokenGrantType:
    if value in GET_OAUTH_2_TOKEN_GRANT_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {GET_OAUTH_2_TOKEN_GRANT_TYPE_VALUES!r}"
    )
