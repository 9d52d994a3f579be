from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...types import Response


def _get_kwargs(
    symbolicname: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/config/links/{symbolicname}".format(
            symbolicname=quote(str(symbolicname), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | Error | str | None:
    if response.status_code == 204:
        response_204 = cast("Any", None)
        return response_204

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
) -> Response[Any | Error | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    symbolicname: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Any | Error | str]:
    """Delete the configuration of a link

     Level `config`. 204 also for an unknown link, and with an entry in the audit log. While a share
    refers to the link: 500, and the link stays. 404 only for names with an encoded slash.

    Args:
        symbolicname (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Error | str]
    """

    kwargs = _get_kwargs(
        symbolicname=symbolicname,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.read_answer(_build_response, response)


def sync(
    symbolicname: str,
    *,
    client: AuthenticatedClient | Client,
) -> Any | Error | str | None:
    """Delete the configuration of a link

     Level `config`. 204 also for an unknown link, and with an entry in the audit log. While a share
    refers to the link: 500, and the link stays. 404 only for names with an encoded slash.

    Args:
        symbolicname (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Error | str
    """

    return sync_detailed(
        symbolicname=symbolicname,
        client=client,
    ).parsed


async def asyncio_detailed(
    symbolicname: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Any | Error | str]:
    """Delete the configuration of a link

     Level `config`. 204 also for an unknown link, and with an entry in the audit log. While a share
    refers to the link: 500, and the link stays. 404 only for names with an encoded slash.

    Args:
        symbolicname (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Error | str]
    """

    kwargs = _get_kwargs(
        symbolicname=symbolicname,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    symbolicname: str,
    *,
    client: AuthenticatedClient | Client,
) -> Any | Error | str | None:
    """Delete the configuration of a link

     Level `config`. 204 also for an unknown link, and with an entry in the audit log. While a share
    refers to the link: 500, and the link stays. 404 only for names with an encoded slash.

    Args:
        symbolicname (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Error | str
    """

    return (
        await asyncio_detailed(
            symbolicname=symbolicname,
            client=client,
        )
    ).parsed
