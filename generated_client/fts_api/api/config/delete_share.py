from http import HTTPStatus
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...types import UNSET, Response


def _get_kwargs(
    *,
    source: str,
    destination: str,
    vo: str,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["source"] = source

    params["destination"] = destination

    params["vo"] = vo

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/config/shares",
        "params": params,
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
    *,
    client: AuthenticatedClient | Client,
    source: str,
    destination: str,
    vo: str,
) -> Response[Any | Error | str]:
    """Take the share of a VO back

     Level `config`. 204 also when the share does not exist. Unlike `POST /config/shares` this compares
    source and destination as they are: write them as the list shows them. The parameters may also
    come in a form body; a JSON body is not read.

    Args:
        source (str):
        destination (str):
        vo (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Error | str]
    """

    kwargs = _get_kwargs(
        source=source,
        destination=destination,
        vo=vo,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.read_answer(_build_response, response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    source: str,
    destination: str,
    vo: str,
) -> Any | Error | str | None:
    """Take the share of a VO back

     Level `config`. 204 also when the share does not exist. Unlike `POST /config/shares` this compares
    source and destination as they are: write them as the list shows them. The parameters may also
    come in a form body; a JSON body is not read.

    Args:
        source (str):
        destination (str):
        vo (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Error | str
    """

    return sync_detailed(
        client=client,
        source=source,
        destination=destination,
        vo=vo,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    source: str,
    destination: str,
    vo: str,
) -> Response[Any | Error | str]:
    """Take the share of a VO back

     Level `config`. 204 also when the share does not exist. Unlike `POST /config/shares` this compares
    source and destination as they are: write them as the list shows them. The parameters may also
    come in a form body; a JSON body is not read.

    Args:
        source (str):
        destination (str):
        vo (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Error | str]
    """

    kwargs = _get_kwargs(
        source=source,
        destination=destination,
        vo=vo,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    source: str,
    destination: str,
    vo: str,
) -> Any | Error | str | None:
    """Take the share of a VO back

     Level `config`. 204 also when the share does not exist. Unlike `POST /config/shares` this compares
    source and destination as they are: write them as the list shows them. The parameters may also
    come in a form body; a JSON body is not read.

    Args:
        source (str):
        destination (str):
        vo (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Error | str
    """

    return (
        await asyncio_detailed(
            client=client,
            source=source,
            destination=destination,
            vo=vo,
        )
    ).parsed
