from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.set_cloud_storage_request import SetCloudStorageRequest
from ...types import Response


def _get_kwargs(
    *,
    body: SetCloudStorageRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/config/cloud_storage",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | str | None:
    if response.status_code == 201:
        response_201 = response.text
        return response_201

    if response.status_code == 400:
        response_400 = Error.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Error.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Error.from_dict(response.json())

        return response_403

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
    body: SetCloudStorageRequest,
) -> Response[Error | str]:
    """Register a cloud storage

     Level `config`, with a certificate. Replaces a storage of this name: fields left out become null.
    Unknown fields are ignored, nothing goes to the audit log. Do not read the answer: 3.13.4 breaks
    it off after one byte (the storage is registered nevertheless). Form bodies work too.

    Args:
        body (SetCloudStorageRequest): A cloud storage. Unknown fields are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | str]
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
    body: SetCloudStorageRequest,
) -> Error | str | None:
    """Register a cloud storage

     Level `config`, with a certificate. Replaces a storage of this name: fields left out become null.
    Unknown fields are ignored, nothing goes to the audit log. Do not read the answer: 3.13.4 breaks
    it off after one byte (the storage is registered nevertheless). Form bodies work too.

    Args:
        body (SetCloudStorageRequest): A cloud storage. Unknown fields are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | str
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SetCloudStorageRequest,
) -> Response[Error | str]:
    """Register a cloud storage

     Level `config`, with a certificate. Replaces a storage of this name: fields left out become null.
    Unknown fields are ignored, nothing goes to the audit log. Do not read the answer: 3.13.4 breaks
    it off after one byte (the storage is registered nevertheless). Form bodies work too.

    Args:
        body (SetCloudStorageRequest): A cloud storage. Unknown fields are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | str]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: SetCloudStorageRequest,
) -> Error | str | None:
    """Register a cloud storage

     Level `config`, with a certificate. Replaces a storage of this name: fields left out become null.
    Unknown fields are ignored, nothing goes to the audit log. Do not read the answer: 3.13.4 breaks
    it off after one byte (the storage is registered nevertheless). Form bodies work too.

    Args:
        body (SetCloudStorageRequest): A cloud storage. Unknown fields are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | str
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
