from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.get_oauth_2_token_grant_type import (
    GetOauth2TokenGrantType,
)
from ...models.oauth_2_token import Oauth2Token
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    client_id: str,
    client_secret: str,
    redirect_uri: str,
    scope: str,
    grant_type: GetOauth2TokenGrantType | Unset = UNSET,
    code: str | Unset = UNSET,
    refresh_token: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["client_id"] = client_id

    params["client_secret"] = client_secret

    params["redirect_uri"] = redirect_uri

    params["scope"] = scope

    json_grant_type: str | Unset = UNSET
    if not isinstance(grant_type, Unset):
        json_grant_type = grant_type

    params["grant_type"] = json_grant_type

    params["code"] = code

    params["refresh_token"] = refresh_token

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/oauth2/token",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | Oauth2Token | str | None:
    if response.status_code == 200:
        response_200 = Oauth2Token.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Error.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Error.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Error.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Error.from_dict(response.json())

        return response_404

    if response.status_code == 414:
        response_414 = response.text
        return response_414

    if response.status_code == 500:
        response_500 = Error.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = Error.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Error | Oauth2Token | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    client_id: str,
    client_secret: str,
    redirect_uri: str,
    scope: str,
    grant_type: GetOauth2TokenGrantType | Unset = UNSET,
    code: str | Unset = UNSET,
    refresh_token: str | Unset = UNSET,
) -> Response[Error | Oauth2Token | str]:
    """Get an access token

     For applications that are registered with the server, on behalf of a user who agreed. Documented
    up to 3.11, never observed; 3.13 answers 404.

    Args:
        client_id (str):
        client_secret (str):
        redirect_uri (str):
        scope (str):
        grant_type (GetOauth2TokenGrantType | Unset):
        code (str | Unset):
        refresh_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | Oauth2Token | str]
    """

    kwargs = _get_kwargs(
        client_id=client_id,
        client_secret=client_secret,
        redirect_uri=redirect_uri,
        scope=scope,
        grant_type=grant_type,
        code=code,
        refresh_token=refresh_token,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.read_answer(_build_response, response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    client_id: str,
    client_secret: str,
    redirect_uri: str,
    scope: str,
    grant_type: GetOauth2TokenGrantType | Unset = UNSET,
    code: str | Unset = UNSET,
    refresh_token: str | Unset = UNSET,
) -> Error | Oauth2Token | str | None:
    """Get an access token

     For applications that are registered with the server, on behalf of a user who agreed. Documented
    up to 3.11, never observed; 3.13 answers 404.

    Args:
        client_id (str):
        client_secret (str):
        redirect_uri (str):
        scope (str):
        grant_type (GetOauth2TokenGrantType | Unset):
        code (str | Unset):
        refresh_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | Oauth2Token | str
    """

    return sync_detailed(
        client=client,
        client_id=client_id,
        client_secret=client_secret,
        redirect_uri=redirect_uri,
        scope=scope,
        grant_type=grant_type,
        code=code,
        refresh_token=refresh_token,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    client_id: str,
    client_secret: str,
    redirect_uri: str,
    scope: str,
    grant_type: GetOauth2TokenGrantType | Unset = UNSET,
    code: str | Unset = UNSET,
    refresh_token: str | Unset = UNSET,
) -> Response[Error | Oauth2Token | str]:
    """Get an access token

     For applications that are registered with the server, on behalf of a user who agreed. Documented
    up to 3.11, never observed; 3.13 answers 404.

    Args:
        client_id (str):
        client_secret (str):
        redirect_uri (str):
        scope (str):
        grant_type (GetOauth2TokenGrantType | Unset):
        code (str | Unset):
        refresh_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | Oauth2Token | str]
    """

    kwargs = _get_kwargs(
        client_id=client_id,
        client_secret=client_secret,
        redirect_uri=redirect_uri,
        scope=scope,
        grant_type=grant_type,
        code=code,
        refresh_token=refresh_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    client_id: str,
    client_secret: str,
    redirect_uri: str,
    scope: str,
    grant_type: GetOauth2TokenGrantType | Unset = UNSET,
    code: str | Unset = UNSET,
    refresh_token: str | Unset = UNSET,
) -> Error | Oauth2Token | str | None:
    """Get an access token

     For applications that are registered with the server, on behalf of a user who agreed. Documented
    up to 3.11, never observed; 3.13 answers 404.

    Args:
        client_id (str):
        client_secret (str):
        redirect_uri (str):
        scope (str):
        grant_type (GetOauth2TokenGrantType | Unset):
        code (str | Unset):
        refresh_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | Oauth2Token | str
    """

    return (
        await asyncio_detailed(
            client=client,
            client_id=client_id,
            client_secret=client_secret,
            redirect_uri=redirect_uri,
            scope=scope,
            grant_type=grant_type,
            code=code,
            refresh_token=refresh_token,
        )
    ).parsed
