from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.oauth_2_token import Oauth2Token
from ...models.oauth_2_token_request import Oauth2TokenRequest
from ...types import Response


def _get_kwargs(
    *,
    body: Oauth2TokenRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/oauth2/token",
    }

    _kwargs["data"] = body.to_dict()
    headers["Content-Type"] = "application/x-www-form-urlencoded"

    _kwargs["headers"] = headers
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

    if response.status_code == 405:
        response_405 = Error.from_dict(response.json())

        return response_405

    if response.status_code == 411:
        response_411 = response.text
        return response_411

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
    body: Oauth2TokenRequest,
) -> Response[Error | Oauth2Token | str]:
    """Get an access token, parameters in a form

     As `GET /oauth2/token`, which shows the parameters in places where they may be logged. Documented
    up to 3.11, never observed; 3.13 answers 405.

    Args:
        body (Oauth2TokenRequest): What a token is asked for with.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | Oauth2Token | str]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.read_answer(_build_response, response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: Oauth2TokenRequest,
) -> Error | Oauth2Token | str | None:
    """Get an access token, parameters in a form

     As `GET /oauth2/token`, which shows the parameters in places where they may be logged. Documented
    up to 3.11, never observed; 3.13 answers 405.

    Args:
        body (Oauth2TokenRequest): What a token is asked for with.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | Oauth2Token | str
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: Oauth2TokenRequest,
) -> Response[Error | Oauth2Token | str]:
    """Get an access token, parameters in a form

     As `GET /oauth2/token`, which shows the parameters in places where they may be logged. Documented
    up to 3.11, never observed; 3.13 answers 405.

    Args:
        body (Oauth2TokenRequest): What a token is asked for with.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | Oauth2Token | str]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: Oauth2TokenRequest,
) -> Error | Oauth2Token | str | None:
    """Get an access token, parameters in a form

     As `GET /oauth2/token`, which shows the parameters in places where they may be logged. Documented
    up to 3.11, never observed; 3.13 answers 405.

    Args:
        body (Oauth2TokenRequest): What a token is asked for with.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | Oauth2Token | str
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
