from http import HTTPStatus
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.global_config_by_vo import GlobalConfigByVo
from ...models.set_global_config_request import SetGlobalConfigRequest
from ...types import Response


def _get_kwargs(
    *,
    body: SetGlobalConfigRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/config/global",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | GlobalConfigByVo | str | str | None:
    if response.status_code == 200:

        def _parse_response_200(data: object) -> GlobalConfigByVo | str:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_200_type_0 = GlobalConfigByVo.from_dict(data)

                return response_200_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("GlobalConfigByVo | str", data)

        response_200 = _parse_response_200(response.json())

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
) -> Response[Error | GlobalConfigByVo | str | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SetGlobalConfigRequest,
) -> Response[Error | GlobalConfigByVo | str | str]:
    """Change the server settings of one VO

     Level `config`. Fields left out keep their values; a VO not yet known begins with the defaults.
    Another spelling of a known VO (`CFGVO` for `cfgvo`) renames it. Do not read the answer: 3.13.4
    breaks it off after one byte when JSON was asked for (the change is stored nevertheless), and
    sends the HTML page inside a JSON string otherwise. `GET /config/global` tells what is stored.
    Form bodies work too, with query parameters counting as fields.

    Args:
        body (SetGlobalConfigRequest): Server settings of one VO; fields left out keep their
            values.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | GlobalConfigByVo | str | str]
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
    body: SetGlobalConfigRequest,
) -> Error | GlobalConfigByVo | str | str | None:
    """Change the server settings of one VO

     Level `config`. Fields left out keep their values; a VO not yet known begins with the defaults.
    Another spelling of a known VO (`CFGVO` for `cfgvo`) renames it. Do not read the answer: 3.13.4
    breaks it off after one byte when JSON was asked for (the change is stored nevertheless), and
    sends the HTML page inside a JSON string otherwise. `GET /config/global` tells what is stored.
    Form bodies work too, with query parameters counting as fields.

    Args:
        body (SetGlobalConfigRequest): Server settings of one VO; fields left out keep their
            values.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | GlobalConfigByVo | str | str
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SetGlobalConfigRequest,
) -> Response[Error | GlobalConfigByVo | str | str]:
    """Change the server settings of one VO

     Level `config`. Fields left out keep their values; a VO not yet known begins with the defaults.
    Another spelling of a known VO (`CFGVO` for `cfgvo`) renames it. Do not read the answer: 3.13.4
    breaks it off after one byte when JSON was asked for (the change is stored nevertheless), and
    sends the HTML page inside a JSON string otherwise. `GET /config/global` tells what is stored.
    Form bodies work too, with query parameters counting as fields.

    Args:
        body (SetGlobalConfigRequest): Server settings of one VO; fields left out keep their
            values.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | GlobalConfigByVo | str | str]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: SetGlobalConfigRequest,
) -> Error | GlobalConfigByVo | str | str | None:
    """Change the server settings of one VO

     Level `config`. Fields left out keep their values; a VO not yet known begins with the defaults.
    Another spelling of a known VO (`CFGVO` for `cfgvo`) renames it. Do not read the answer: 3.13.4
    breaks it off after one byte when JSON was asked for (the change is stored nevertheless), and
    sends the HTML page inside a JSON string otherwise. `GET /config/global` tells what is stored.
    Form bodies work too, with query parameters counting as fields.

    Args:
        body (SetGlobalConfigRequest): Server settings of one VO; fields left out keep their
            values.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | GlobalConfigByVo | str | str
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
