from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.cancel_counts import CancelCounts
from ...models.error import Error
from ...types import Response


def _get_kwargs(
    vo_name: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/jobs/vo/{vo_name}".format(
            vo_name=quote(str(vo_name), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CancelCounts | Error | str | None:
    if response.status_code == 200:
        response_200 = CancelCounts.from_dict(response.json())

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
) -> Response[CancelCounts | Error | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    vo_name: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[CancelCounts | Error | str]:
    """Cancel all jobs of one VO

     Root only: a proxy of the server's own host certificate. Administrators and members of the VO get
    403, callers without a certificate 500. Unlike a cancel by id this leaves `cancel_job` false and
    sets no `finish_time`. An unknown VO is not an error: all counts are zero.

    Args:
        vo_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CancelCounts | Error | str]
    """

    kwargs = _get_kwargs(
        vo_name=vo_name,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.read_answer(_build_response, response)


def sync(
    vo_name: str,
    *,
    client: AuthenticatedClient | Client,
) -> CancelCounts | Error | str | None:
    """Cancel all jobs of one VO

     Root only: a proxy of the server's own host certificate. Administrators and members of the VO get
    403, callers without a certificate 500. Unlike a cancel by id this leaves `cancel_job` false and
    sets no `finish_time`. An unknown VO is not an error: all counts are zero.

    Args:
        vo_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CancelCounts | Error | str
    """

    return sync_detailed(
        vo_name=vo_name,
        client=client,
    ).parsed


async def asyncio_detailed(
    vo_name: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[CancelCounts | Error | str]:
    """Cancel all jobs of one VO

     Root only: a proxy of the server's own host certificate. Administrators and members of the VO get
    403, callers without a certificate 500. Unlike a cancel by id this leaves `cancel_job` false and
    sets no `finish_time`. An unknown VO is not an error: all counts are zero.

    Args:
        vo_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CancelCounts | Error | str]
    """

    kwargs = _get_kwargs(
        vo_name=vo_name,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    vo_name: str,
    *,
    client: AuthenticatedClient | Client,
) -> CancelCounts | Error | str | None:
    """Cancel all jobs of one VO

     Root only: a proxy of the server's own host certificate. Administrators and members of the VO get
    403, callers without a certificate 500. Unlike a cancel by id this leaves `cancel_job` false and
    sets no `finish_time`. An unknown VO is not an error: all counts are zero.

    Args:
        vo_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CancelCounts | Error | str
    """

    return (
        await asyncio_detailed(
            vo_name=vo_name,
            client=client,
        )
    ).parsed
