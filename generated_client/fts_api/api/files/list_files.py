from http import HTTPStatus
from typing import Any, Literal

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.file import File
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    vo_name: str | Unset = UNSET,
    state_in: str | Unset = UNSET,
    source_se: str | Unset = UNSET,
    dest_se: str | Unset = UNSET,
    dest_surl: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    time_window: Literal["0"] | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["vo_name"] = vo_name

    params["state_in"] = state_in

    params["source_se"] = source_se

    params["dest_se"] = dest_se

    params["dest_surl"] = dest_surl

    params["limit"] = limit

    params["time_window"] = time_window

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/files",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | list[File] | str | None:
    if response.status_code == 200:
        response_200 = []
        _response_200 = response.json()
        for response_200_item_data in _response_200:
            response_200_item = File.from_dict(response_200_item_data)

            response_200.append(response_200_item)

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
) -> Response[Error | list[File] | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    vo_name: str | Unset = UNSET,
    state_in: str | Unset = UNSET,
    source_se: str | Unset = UNSET,
    dest_se: str | Unset = UNSET,
    dest_surl: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    time_window: Literal["0"] | Unset = UNSET,
) -> Response[Error | list[File] | str]:
    """List files that are not finished, across jobs

     Callers with level `transfer`; normal users see the files of their first VO only. At most 1000 files
    whose `finish_time` is null, in no promised order; finished ones cannot be listed.

    Empty parameters count as absent, unknown ones are ignored. **Of a parameter that is repeated only
    the first
    counts**: `state_in=ACTIVE&state_in=READY` gives what is ACTIVE alone; write
    `state_in=ACTIVE,READY`.

    Args:
        vo_name (str | Unset):
        state_in (str | Unset): States separated by commas, without blanks.
        source_se (str | Unset): Exact name of a storage element, `scheme://host` without port;
            case does not matter.
        dest_se (str | Unset): Exact name of a storage element, `scheme://host` without port; case
            does not matter.
        dest_surl (str | Unset): URL with scheme, host and path; `file:` is refused, any other
            scheme taken. Never put credentials in
            it: they are stored and shown to everybody who may read the job.
        limit (int | Unset):
        time_window (Literal['0'] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | list[File] | str]
    """

    kwargs = _get_kwargs(
        vo_name=vo_name,
        state_in=state_in,
        source_se=source_se,
        dest_se=dest_se,
        dest_surl=dest_surl,
        limit=limit,
        time_window=time_window,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.read_answer(_build_response, response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    vo_name: str | Unset = UNSET,
    state_in: str | Unset = UNSET,
    source_se: str | Unset = UNSET,
    dest_se: str | Unset = UNSET,
    dest_surl: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    time_window: Literal["0"] | Unset = UNSET,
) -> Error | list[File] | str | None:
    """List files that are not finished, across jobs

     Callers with level `transfer`; normal users see the files of their first VO only. At most 1000 files
    whose `finish_time` is null, in no promised order; finished ones cannot be listed.

    Empty parameters count as absent, unknown ones are ignored. **Of a parameter that is repeated only
    the first
    counts**: `state_in=ACTIVE&state_in=READY` gives what is ACTIVE alone; write
    `state_in=ACTIVE,READY`.

    Args:
        vo_name (str | Unset):
        state_in (str | Unset): States separated by commas, without blanks.
        source_se (str | Unset): Exact name of a storage element, `scheme://host` without port;
            case does not matter.
        dest_se (str | Unset): Exact name of a storage element, `scheme://host` without port; case
            does not matter.
        dest_surl (str | Unset): URL with scheme, host and path; `file:` is refused, any other
            scheme taken. Never put credentials in
            it: they are stored and shown to everybody who may read the job.
        limit (int | Unset):
        time_window (Literal['0'] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | list[File] | str
    """

    return sync_detailed(
        client=client,
        vo_name=vo_name,
        state_in=state_in,
        source_se=source_se,
        dest_se=dest_se,
        dest_surl=dest_surl,
        limit=limit,
        time_window=time_window,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    vo_name: str | Unset = UNSET,
    state_in: str | Unset = UNSET,
    source_se: str | Unset = UNSET,
    dest_se: str | Unset = UNSET,
    dest_surl: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    time_window: Literal["0"] | Unset = UNSET,
) -> Response[Error | list[File] | str]:
    """List files that are not finished, across jobs

     Callers with level `transfer`; normal users see the files of their first VO only. At most 1000 files
    whose `finish_time` is null, in no promised order; finished ones cannot be listed.

    Empty parameters count as absent, unknown ones are ignored. **Of a parameter that is repeated only
    the first
    counts**: `state_in=ACTIVE&state_in=READY` gives what is ACTIVE alone; write
    `state_in=ACTIVE,READY`.

    Args:
        vo_name (str | Unset):
        state_in (str | Unset): States separated by commas, without blanks.
        source_se (str | Unset): Exact name of a storage element, `scheme://host` without port;
            case does not matter.
        dest_se (str | Unset): Exact name of a storage element, `scheme://host` without port; case
            does not matter.
        dest_surl (str | Unset): URL with scheme, host and path; `file:` is refused, any other
            scheme taken. Never put credentials in
            it: they are stored and shown to everybody who may read the job.
        limit (int | Unset):
        time_window (Literal['0'] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | list[File] | str]
    """

    kwargs = _get_kwargs(
        vo_name=vo_name,
        state_in=state_in,
        source_se=source_se,
        dest_se=dest_se,
        dest_surl=dest_surl,
        limit=limit,
        time_window=time_window,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    vo_name: str | Unset = UNSET,
    state_in: str | Unset = UNSET,
    source_se: str | Unset = UNSET,
    dest_se: str | Unset = UNSET,
    dest_surl: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    time_window: Literal["0"] | Unset = UNSET,
) -> Error | list[File] | str | None:
    """List files that are not finished, across jobs

     Callers with level `transfer`; normal users see the files of their first VO only. At most 1000 files
    whose `finish_time` is null, in no promised order; finished ones cannot be listed.

    Empty parameters count as absent, unknown ones are ignored. **Of a parameter that is repeated only
    the first
    counts**: `state_in=ACTIVE&state_in=READY` gives what is ACTIVE alone; write
    `state_in=ACTIVE,READY`.

    Args:
        vo_name (str | Unset):
        state_in (str | Unset): States separated by commas, without blanks.
        source_se (str | Unset): Exact name of a storage element, `scheme://host` without port;
            case does not matter.
        dest_se (str | Unset): Exact name of a storage element, `scheme://host` without port; case
            does not matter.
        dest_surl (str | Unset): URL with scheme, host and path; `file:` is refused, any other
            scheme taken. Never put credentials in
            it: they are stored and shown to everybody who may read the job.
        limit (int | Unset):
        time_window (Literal['0'] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | list[File] | str
    """

    return (
        await asyncio_detailed(
            client=client,
            vo_name=vo_name,
            state_in=state_in,
            source_se=source_se,
            dest_se=dest_se,
            dest_surl=dest_surl,
            limit=limit,
            time_window=time_window,
        )
    ).parsed
