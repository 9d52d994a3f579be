from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.get_oauth_2_authorization_page_response_type import (
    GetOauth2AuthorizationPageResponseType,
)
from ...types import UNSET, Response


def _get_kwargs(
    *,
    response_type: GetOauth2AuthorizationPageResponseType,
    client_id: str,
    redirect_uri: str,
    scope: str,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_response_type: str = response_type
    params["response_type"] = json_response_type

    params["client_id"] = client_id

    params["redirect_uri"] = redirect_uri

    params["scope"] = scope

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/oauth2/authorize",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | str | None:
    if response.status_code == 200:
        response_200 = response.text
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
) -> Response[Error | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    response_type: GetOauth2AuthorizationPageResponseType,
    client_id: str,
    redirect_uri: str,
    scope: str,
) -> Response[Error | str]:
    """Get the page that asks the user to agree

     For every user, in a browser. Documented up to 3.11, never observed; 3.13 answers 404.

    Args:
        response_type (GetOauth2AuthorizationPageResponseType):
        client_id (str):
        redirect_uri (str):
        scope (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | str]
    """

    kwargs = _get_kwargs(
        response_type=response_type,
        client_id=client_id,
        redirect_uri=redirect_uri,
        scope=scope,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.read_answer(_build_response, response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    response_type: GetOauth2AuthorizationPageResponseType,
    client_id: str,
    redirect_uri: str,
    scope: str,
) -> Error | str | None:
    """Get the page that asks the user to agree

     For every user, in a browser. Documented up to 3.11, never observed; 3.13 answers 404.

    Args:
        response_type (GetOauth2AuthorizationPageResponseType):
        client_id (str):
        redirect_uri (str):
        scope (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | str
    """

    return sync_detailed(
        client=client,
        response_type=response_type,
        client_id=client_id,
        redirect_uri=redirect_uri,
        scope=scope,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    response_type: GetOauth2AuthorizationPageResponseType,
    client_id: str,
    redirect_uri: str,
    scope: str,
) -> Response[Error | str]:
    """Get the page that asks the user to agree

     For every user, in a browser. Documented up to 3.11, never observed; 3.13 answers 404.

    Args:
        response_type (GetOauth2AuthorizationPageResponseType):
        client_id (str):
        redirect_uri (str):
        scope (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | str]
    """

    kwargs = _get_kwargs(
        response_type=response_type,
        client_id=client_id,
        redirect_uri=redirect_uri,
        scope=scope,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    response_type: GetOauth2AuthorizationPageResponseType,
    client_id: str,
    redirect_uri: str,
    scope: str,
) -> Error | str | None:
    """Get the page that asks the user to agree

     For every user, in a browser. Documented up to 3.11, never observed; 3.13 answers 404.

    Args:
        response_type (GetOauth2AuthorizationPageResponseType):
        client_id (str):
        redirect_uri (str):
        scope (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | str
    """

    return (
        await asyncio_detailed(
            client=client,
            response_type=response_type,
            client_id=client_id,
            redirect_uri=redirect_uri,
            scope=scope,
        )
    ).parsed
