from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.directory_listing import DirectoryListing
from ...models.error import Error
from ...types import UNSET, Response


def _get_kwargs(
    *,
    surl: str,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["surl"] = surl

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/dm/list",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DirectoryListing | Error | str | None:
    if response.status_code == 200:
        response_200 = DirectoryListing.from_dict(response.json())

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

    if response.status_code == 419:
        response_419 = Error.from_dict(response.json())

        return response_419

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
) -> Response[DirectoryListing | Error | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    surl: str,
) -> Response[DirectoryListing | Error | str]:
    """List a directory on a storage

     Level `datamanagement`, with a delegated credential that has not ended (419; a token user cannot
    have one). The server asks the storage, for 30 seconds at most. What the storage answers becomes
    the status: 403 for errno 1 and 13, 404 for 2, 503 for 11, 16 and 110, 400 for 20 and 93, 500 for
    others; the message is `[errno] text`.

    Args:
        surl (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DirectoryListing | Error | str]
    """

    kwargs = _get_kwargs(
        surl=surl,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.read_answer(_build_response, response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    surl: str,
) -> DirectoryListing | Error | str | None:
    """List a directory on a storage

     Level `datamanagement`, with a delegated credential that has not ended (419; a token user cannot
    have one). The server asks the storage, for 30 seconds at most. What the storage answers becomes
    the status: 403 for errno 1 and 13, 404 for 2, 503 for 11, 16 and 110, 400 for 20 and 93, 500 for
    others; the message is `[errno] text`.

    Args:
        surl (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DirectoryListing | Error | str
    """

    return sync_detailed(
        client=client,
        surl=surl,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    surl: str,
) -> Response[DirectoryListing | Error | str]:
    """List a directory on a storage

     Level `datamanagement`, with a delegated credential that has not ended (419; a token user cannot
    have one). The server asks the storage, for 30 seconds at most. What the storage answers becomes
    the status: 403 for errno 1 and 13, 404 for 2, 503 for 11, 16 and 110, 400 for 20 and 93, 500 for
    others; the message is `[errno] text`.

    Args:
        surl (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DirectoryListing | Error | str]
    """

    kwargs = _get_kwargs(
        surl=surl,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    surl: str,
) -> DirectoryListing | Error | str | None:
    """List a directory on a storage

     Level `datamanagement`, with a delegated credential that has not ended (419; a token user cannot
    have one). The server asks the storage, for 30 seconds at most. What the storage answers becomes
    the status: 403 for errno 1 and 13, 404 for 2, 503 for 11, 16 and 110, 400 for 20 and 93, 500 for
    others; the message is `[errno] text`.

    Args:
        surl (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DirectoryListing | Error | str
    """

    return (
        await asyncio_detailed(
            client=client,
            surl=surl,
        )
    ).parsed
