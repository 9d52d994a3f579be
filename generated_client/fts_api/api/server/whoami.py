from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.whoami import Whoami
from ...types import Response


def _get_kwargs() -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/whoami",
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | Whoami | str | None:
    if response.status_code == 200:
        response_200 = Whoami.from_dict(response.json())

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
) -> Response[Error | Whoami | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
) -> Response[Error | Whoami | str]:
    """Get how the server sees the caller

     Open to everybody: without a usable credential the answer is 200 for the user `anon`, with an empty
    list in place of the levels, so a mistake with credentials is not an error here. Start of every
    delegation: `delegation_id` is the id that the operations below `/delegation` want.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | Whoami | str]
    """

    kwargs = _get_kwargs()

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.read_answer(_build_response, response)


def sync(
    *,
    client: AuthenticatedClient | Client,
) -> Error | Whoami | str | None:
    """Get how the server sees the caller

     Open to everybody: without a usable credential the answer is 200 for the user `anon`, with an empty
    list in place of the levels, so a mistake with credentials is not an error here. Start of every
    delegation: `delegation_id` is the id that the operations below `/delegation` want.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | Whoami | str
    """

    return sync_detailed(
        client=client,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
) -> Response[Error | Whoami | str]:
    """Get how the server sees the caller

     Open to everybody: without a usable credential the answer is 200 for the user `anon`, with an empty
    list in place of the levels, so a mistake with credentials is not an error here. Start of every
    delegation: `delegation_id` is the id that the operations below `/delegation` want.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | Whoami | str]
    """

    kwargs = _get_kwargs()

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
) -> Error | Whoami | str | None:
    """Get how the server sees the caller

     Open to everybody: without a usable credential the answer is 200 for the user `anon`, with an empty
    list in place of the levels, so a mistake with credentials is not an error here. Start of every
    delegation: `delegation_id` is the id that the operations below `/delegation` want.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | Whoami | str
    """

    return (
        await asyncio_detailed(
            client=client,
        )
    ).parsed
