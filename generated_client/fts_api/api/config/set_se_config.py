from http import HTTPStatus
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.se_info_echo import SeInfoEcho
from ...models.se_info_stored import SeInfoStored
from ...models.se_limits_echo import SeLimitsEcho
from ...models.set_se_config_request import SetSeConfigRequest
from ...types import Response


def _get_kwargs(
    *,
    body: SetSeConfigRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/config/se",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | list[list[str] | None | SeInfoEcho | SeInfoStored | SeLimitsEcho] | str | None:
    if response.status_code == 200:
        response_200 = []
        _response_200 = response.json()
        for componentsschemas_set_se_config_answer_item_data in _response_200:

            def _parse_componentsschemas_set_se_config_answer_item(
                data: object,
            ) -> list[str] | None | SeInfoEcho | SeInfoStored | SeLimitsEcho:
                if data is None:
                    return data
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_set_se_config_answer_item_type_0_type_0 = (
                        SeInfoStored.from_dict(data)
                    )

                    return componentsschemas_set_se_config_answer_item_type_0_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_set_se_config_answer_item_type_0_type_1 = (
                        SeInfoEcho.from_dict(data)
                    )

                    return componentsschemas_set_se_config_answer_item_type_0_type_1
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_set_se_config_answer_item_type_1_type_0 = (
                        SeLimitsEcho.from_dict(data)
                    )

                    return componentsschemas_set_se_config_answer_item_type_1_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, list):
                        raise TypeError()
                    componentsschemas_set_se_config_answer_item_type_1_type_1 = cast(
                        "list[str]", data
                    )

                    return componentsschemas_set_se_config_answer_item_type_1_type_1
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                return cast("list[str] | None | SeInfoEcho | SeInfoStored | SeLimitsEcho", data)

            componentsschemas_set_se_config_answer_item = (
                _parse_componentsschemas_set_se_config_answer_item(
                    componentsschemas_set_se_config_answer_item_data
                )
            )

            response_200.append(componentsschemas_set_se_config_answer_item)

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
) -> Response[Error | list[list[str] | None | SeInfoEcho | SeInfoStored | SeLimitsEcho] | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SetSeConfigRequest,
) -> Response[Error | list[list[str] | None | SeInfoEcho | SeInfoStored | SeLimitsEcho] | str]:
    """Change the limits of storages

     Level `config`. Several storages at once are possible, but not atomic: when a later one is
    refused with 400, the earlier ones are stored. Fields left out or null keep their values; a value
    cannot be cleared, only the whole storage. The answer is about the **last** storage alone. When
    the database refuses a change of a known storage (text outside Latin-1, for example), or a limit
    above 32 bits, the answer is 200 and nothing is stored; for a new storage it is 500. About 100 VOs
    with two limits each exceed the length of an audit entry: 400. An empty object is 500. Form bodies
    cannot express this.

    Args:
        body (SetSeConfigRequest): Storages (any text, `*` too) with what to configure. Each part
            may be left out.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | list[list[str] | None | SeInfoEcho | SeInfoStored | SeLimitsEcho] | str]
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
    body: SetSeConfigRequest,
) -> Error | list[list[str] | None | SeInfoEcho | SeInfoStored | SeLimitsEcho] | str | None:
    """Change the limits of storages

     Level `config`. Several storages at once are possible, but not atomic: when a later one is
    refused with 400, the earlier ones are stored. Fields left out or null keep their values; a value
    cannot be cleared, only the whole storage. The answer is about the **last** storage alone. When
    the database refuses a change of a known storage (text outside Latin-1, for example), or a limit
    above 32 bits, the answer is 200 and nothing is stored; for a new storage it is 500. About 100 VOs
    with two limits each exceed the length of an audit entry: 400. An empty object is 500. Form bodies
    cannot express this.

    Args:
        body (SetSeConfigRequest): Storages (any text, `*` too) with what to configure. Each part
            may be left out.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | list[list[str] | None | SeInfoEcho | SeInfoStored | SeLimitsEcho] | str
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SetSeConfigRequest,
) -> Response[Error | list[list[str] | None | SeInfoEcho | SeInfoStored | SeLimitsEcho] | str]:
    """Change the limits of storages

     Level `config`. Several storages at once are possible, but not atomic: when a later one is
    refused with 400, the earlier ones are stored. Fields left out or null keep their values; a value
    cannot be cleared, only the whole storage. The answer is about the **last** storage alone. When
    the database refuses a change of a known storage (text outside Latin-1, for example), or a limit
    above 32 bits, the answer is 200 and nothing is stored; for a new storage it is 500. About 100 VOs
    with two limits each exceed the length of an audit entry: 400. An empty object is 500. Form bodies
    cannot express this.

    Args:
        body (SetSeConfigRequest): Storages (any text, `*` too) with what to configure. Each part
            may be left out.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | list[list[str] | None | SeInfoEcho | SeInfoStored | SeLimitsEcho] | str]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: SetSeConfigRequest,
) -> Error | list[list[str] | None | SeInfoEcho | SeInfoStored | SeLimitsEcho] | str | None:
    """Change the limits of storages

     Level `config`. Several storages at once are possible, but not atomic: when a later one is
    refused with 400, the earlier ones are stored. Fields left out or null keep their values; a value
    cannot be cleared, only the whole storage. The answer is about the **last** storage alone. When
    the database refuses a change of a known storage (text outside Latin-1, for example), or a limit
    above 32 bits, the answer is 200 and nothing is stored; for a new storage it is 500. About 100 VOs
    with two limits each exceed the length of an audit entry: 400. An empty object is 500. Form bodies
    cannot express this.

    Args:
        body (SetSeConfigRequest): Storages (any text, `*` too) with what to configure. Each part
            may be left out.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | list[list[str] | None | SeInfoEcho | SeInfoStored | SeLimitsEcho] | str
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
