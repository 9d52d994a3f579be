from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.optimizer_decision import OptimizerDecision
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    source_se: str | Unset = UNSET,
    dest_se: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["source_se"] = source_se

    params["dest_se"] = dest_se

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/optimizer/evolution",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | list[OptimizerDecision] | str | None:
    if response.status_code == 200:
        response_200 = []
        _response_200 = response.json()
        for response_200_item_data in _response_200:
            response_200_item = OptimizerDecision.from_dict(response_200_item_data)

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
) -> Response[Error | list[OptimizerDecision] | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    source_se: str | Unset = UNSET,
    dest_se: str | Unset = UNSET,
) -> Response[Error | list[OptimizerDecision] | str]:
    """List the latest decisions of the optimizer

     Open to everybody, also without a certificate. The newest 50 decisions that fit the filters.

    Args:
        source_se (str | Unset):
        dest_se (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | list[OptimizerDecision] | str]
    """

    kwargs = _get_kwargs(
        source_se=source_se,
        dest_se=dest_se,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.read_answer(_build_response, response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    source_se: str | Unset = UNSET,
    dest_se: str | Unset = UNSET,
) -> Error | list[OptimizerDecision] | str | None:
    """List the latest decisions of the optimizer

     Open to everybody, also without a certificate. The newest 50 decisions that fit the filters.

    Args:
        source_se (str | Unset):
        dest_se (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | list[OptimizerDecision] | str
    """

    return sync_detailed(
        client=client,
        source_se=source_se,
        dest_se=dest_se,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    source_se: str | Unset = UNSET,
    dest_se: str | Unset = UNSET,
) -> Response[Error | list[OptimizerDecision] | str]:
    """List the latest decisions of the optimizer

     Open to everybody, also without a certificate. The newest 50 decisions that fit the filters.

    Args:
        source_se (str | Unset):
        dest_se (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | list[OptimizerDecision] | str]
    """

    kwargs = _get_kwargs(
        source_se=source_se,
        dest_se=dest_se,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    source_se: str | Unset = UNSET,
    dest_se: str | Unset = UNSET,
) -> Error | list[OptimizerDecision] | str | None:
    """List the latest decisions of the optimizer

     Open to everybody, also without a certificate. The newest 50 decisions that fit the filters.

    Args:
        source_se (str | Unset):
        dest_se (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | list[OptimizerDecision] | str
    """

    return (
        await asyncio_detailed(
            client=client,
            source_se=source_se,
            dest_se=dest_se,
        )
    ).parsed
