from typing import Literal

Oauth2TokenRequestGrantType = Literal["authorization_code", "refresh_token"]

OAUTH_2_TOKEN_REQUEST_GRANT_TYPE_VALUES: set[Oauth2TokenRequestGrantType] = {
    "authorization_code",
    "refresh_token",
}


def check_oauth_2_token_request_grant_type(value: str) -> Oauth2TokenRequestGrantType:
    if value in OAUTH_2_TOKEN_REQUEST_GRANT_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {OAUTH_2_TOKEN_REQUEST_GRANT_TYPE_VALUES!r}"
    )
