from typing import Literal

GetOauth2AuthorizationPageResponseType = Literal["code"]

GET_OAUTH_2_AUTHORIZATION_PAGE_RESPONSE_TYPE_VALUES: set[GetOauth2AuthorizationPageResponseType] = {
    "code",
}


def check_get_oauth_2_authorization_page_response_type(
    value: str,
) -> GetOauth2AuthorizationPageResponseType:
    if value in GET_OAUTH_2_AUTHORIZATION_PAGE_RESPONSE_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {GET_OAUTH_2_AUTHORIZATION_PAGE_RESPONSE_TYPE_VALUES!r}"
    )
