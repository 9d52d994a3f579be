from http import HTTPStatus
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.set_share_request import SetShareRequest
from ...types import Response


def _get_kwargs(
    *,
    body: SetShareRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/config/shares",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | int | str | None:
    if response.status_code == 200:
        response_200 = cast("int", response.json())
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
) -> Response[Error | int | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SetShareRequest,
) -> Response[Error | int | str]:
    """Give a VO a share of a link

     Level `config`. Source and destination are reduced to `scheme://host` in lower case. A link with
    exactly that pair must be configured: **otherwise the answer is still 200, but nothing is
    stored**; likewise for a share of 2^31 or more. A share that exists is replaced. Unknown fields
    are ignored. Form bodies work too, with query parameters counting as fields; older documentation
    shows parameters in the query alone, which is 400.

    Args:
        body (SetShareRequest): A share for a VO on a configured link. Unknown fields are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | int | str]
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
    body: SetShareRequest,
) -> Error | int | str | None:
    """Give a VO a share of a link

     Level `config`. Source and destination are reduced to `scheme://host` in lower case. A link with
    exactly that pair must be configured: **otherwise the answer is still 200, but nothing is
    stored**; likewise for a share of 2^31 or more. A share that exists is replaced. Unknown fields
    are ignored. Form bodies work too, with query parameters counting as fields; older documentation
    shows parameters in the query alone, which is 400.

    Args:
        body (SetShareRequest): A share for a VO on a configured link. Unknown fields are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | int | str
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SetShareRequest,
) -> Response[Error | int | str]:
    """Give a VO a share of a link

     Level `config`. Source and destination are reduced to `scheme://host` in lower case. A link with
    exactly that pair must be configured: **otherwise the answer is still 200, but nothing is
    stored**; likewise for a share of 2^31 or more. A share that exists is replaced. Unknown fields
    are ignored. Form bodies work too, with query parameters counting as fields; older documentation
    shows parameters in the query alone, which is 400.

    Args:
        body (SetShareRequest): A share for a VO on a configured link. Unknown fields are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | int | str]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: SetShareRequest,
) -> Error | int | str | None:
    """Give a VO a share of a link

     Level `config`. Source and destination are reduced to `scheme://host` in lower case. A link with
    exactly that pair must be configured: **otherwise the answer is still 200, but nothing is
    stored**; likewise for a share of 2^31 or more. A share that exists is replaced. Unknown fields
    are ignored. Form bodies work too, with query parameters counting as fields; older documentation
    shows parameters in the query alone, which is 400.

    Args:
        body (SetShareRequest): A share for a VO on a configured link. Unknown fields are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | int | str
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
