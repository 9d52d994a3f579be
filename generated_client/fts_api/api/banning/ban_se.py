from http import HTTPStatus
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.ban_se_request import BanSeRequest
from ...models.error import Error
from ...types import Response


def _get_kwargs(
    *,
    body: BanSeRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/ban/se",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | list[str] | str | None:
    if response.status_code == 200:
        response_200 = cast("list[str]", response.json())

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
) -> Response[Error | list[str] | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: BanSeRequest,
) -> Response[Error | list[str] | str]:
    """Ban a storage

     Level `config`. The ban is for the first VO of the caller, whatever `vo_name` says. With `cancel`
    the files of that VO at this storage that are in active states or not used yet (replicas, hops) are
    canceled at once. For each of them an unused replica of the same file is queued, even if another one
    is queued or running already. A job whose files have then all ended becomes CANCELED, even if it was
    FINISHED. With `wait`, files that have not started are held until the ban ends. Either way new
    submissions get 403, unless `wait` comes with `allow_submit`: then their files are held. Banning
    again replaces the ban; a storage that another VO has banned is 500. The media type must be exactly
    `application/json`: with `; charset=utf-8` behind it the body is not seen. The fields may come as a
    form or in the query instead, where any text for `allow_submit` counts as true, also `false`.

    Args:
        body (BanSeRequest): The storage to ban, and how. `allow_submit` goes only with `wait`.
            Unknown fields are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | list[str] | str]
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
    body: BanSeRequest,
) -> Error | list[str] | str | None:
    """Ban a storage

     Level `config`. The ban is for the first VO of the caller, whatever `vo_name` says. With `cancel`
    the files of that VO at this storage that are in active states or not used yet (replicas, hops) are
    canceled at once. For each of them an unused replica of the same file is queued, even if another one
    is queued or running already. A job whose files have then all ended becomes CANCELED, even if it was
    FINISHED. With `wait`, files that have not started are held until the ban ends. Either way new
    submissions get 403, unless `wait` comes with `allow_submit`: then their files are held. Banning
    again replaces the ban; a storage that another VO has banned is 500. The media type must be exactly
    `application/json`: with `; charset=utf-8` behind it the body is not seen. The fields may come as a
    form or in the query instead, where any text for `allow_submit` counts as true, also `false`.

    Args:
        body (BanSeRequest): The storage to ban, and how. `allow_submit` goes only with `wait`.
            Unknown fields are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | list[str] | str
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: BanSeRequest,
) -> Response[Error | list[str] | str]:
    """Ban a storage

     Level `config`. The ban is for the first VO of the caller, whatever `vo_name` says. With `cancel`
    the files of that VO at this storage that are in active states or not used yet (replicas, hops) are
    canceled at once. For each of them an unused replica of the same file is queued, even if another one
    is queued or running already. A job whose files have then all ended becomes CANCELED, even if it was
    FINISHED. With `wait`, files that have not started are held until the ban ends. Either way new
    submissions get 403, unless `wait` comes with `allow_submit`: then their files are held. Banning
    again replaces the ban; a storage that another VO has banned is 500. The media type must be exactly
    `application/json`: with `; charset=utf-8` behind it the body is not seen. The fields may come as a
    form or in the query instead, where any text for `allow_submit` counts as true, also `false`.

    Args:
        body (BanSeRequest): The storage to ban, and how. `allow_submit` goes only with `wait`.
            Unknown fields are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | list[str] | str]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: BanSeRequest,
) -> Error | list[str] | str | None:
    """Ban a storage

     Level `config`. The ban is for the first VO of the caller, whatever `vo_name` says. With `cancel`
    the files of that VO at this storage that are in active states or not used yet (replicas, hops) are
    canceled at once. For each of them an unused replica of the same file is queued, even if another one
    is queued or running already. A job whose files have then all ended becomes CANCELED, even if it was
    FINISHED. With `wait`, files that have not started are held until the ban ends. Either way new
    submissions get 403, unless `wait` comes with `allow_submit`: then their files are held. Banning
    again replaces the ban; a storage that another VO has banned is 500. The media type must be exactly
    `application/json`: with `; charset=utf-8` behind it the body is not seen. The fields may come as a
    form or in the query instead, where any text for `allow_submit` counts as true, also `false`.

    Args:
        body (BanSeRequest): The storage to ban, and how. `allow_submit` goes only with `wait`.
            Unknown fields are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | list[str] | str
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
