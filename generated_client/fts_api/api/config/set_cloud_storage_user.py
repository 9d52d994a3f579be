from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.set_cloud_storage_user_request import SetCloudStorageUserRequest
from ...types import Response


def _get_kwargs(
    storage_name: str,
    *,
    body: SetCloudStorageUserRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/config/cloud_storage/{storage_name}".format(
            storage_name=quote(str(storage_name), safe=""),
        ),
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

    if response.status_code == 404:
        response_404 = Error.from_dict(response.json())

        return response_404

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
    storage_name: str,
    *,
    client: AuthenticatedClient | Client,
    body: SetCloudStorageUserRequest,
) -> Response[Error | str]:
    """Allow a user or a VO to use a cloud storage

     Level `config`, with a certificate. Replaces what is stored for the user or VO: keys left out
    become null. That the storage exists is checked before the body. Unknown fields are ignored,
    nothing goes to the audit log. Form bodies work too.

    Args:
        storage_name (str):
        body (SetCloudStorageUserRequest): A user or a VO, exactly one of them, with the keys.
            Unknown fields are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | str]
    """

    kwargs = _get_kwargs(
        storage_name=storage_name,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.read_answer(_build_response, response)


def sync(
    storage_name: str,
    *,
    client: AuthenticatedClient | Client,
    body: SetCloudStorageUserRequest,
) -> Error | str | None:
    """Allow a user or a VO to use a cloud storage

     Level `config`, with a certificate. Replaces what is stored for the user or VO: keys left out
    become null. That the storage exists is checked before the body. Unknown fields are ignored,
    nothing goes to the audit log. Form bodies work too.

    Args:
        storage_name (str):
        body (SetCloudStorageUserRequest): A user or a VO, exactly one of them, with the keys.
            Unknown fields are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | str
    """

    return sync_detailed(
        storage_name=storage_name,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    storage_name: str,
    *,
    client: AuthenticatedClient | Client,
    body: SetCloudStorageUserRequest,
) -> Response[Error | str]:
    """Allow a user or a VO to use a cloud storage

     Level `config`, with a certificate. Replaces what is stored for the user or VO: keys left out
    become null. That the storage exists is checked before the body. Unknown fields are ignored,
    nothing goes to the audit log. Form bodies work too.

    Args:
        storage_name (str):
        body (SetCloudStorageUserRequest): A user or a VO, exactly one of them, with the keys.
            Unknown fields are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | str]
    """

    kwargs = _get_kwargs(
        storage_name=storage_name,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    storage_name: str,
    *,
    client: AuthenticatedClient | Client,
    body: SetCloudStorageUserRequest,
) -> Error | str | None:
    """Allow a user or a VO to use a cloud storage

     Level `config`, with a certificate. Replaces what is stored for the user or VO: keys left out
    become null. That the storage exists is checked before the body. Unknown fields are ignored,
    nothing goes to the audit log. Form bodies work too.

    Args:
        storage_name (str):
        body (SetCloudStorageUserRequest): A user or a VO, exactly one of them, with the keys.
            Unknown fields are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | str
    """

    return (
        await asyncio_detailed(
            storage_name=storage_name,
            client=client,
            body=body,
        )
    ).parsed
