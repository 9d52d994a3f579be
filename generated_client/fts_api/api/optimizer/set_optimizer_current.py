from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.optimizer_decision_echo import OptimizerDecisionEcho
from ...models.optimizer_setting_echo import OptimizerSettingEcho
from ...models.set_optimizer_request import SetOptimizerRequest
from ...types import Response


def _get_kwargs(
    *,
    body: SetOptimizerRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/optimizer/current",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | list[OptimizerDecisionEcho | OptimizerSettingEcho] | str | None:
    if response.status_code == 200:
        response_200 = []
        _response_200 = response.json()
        for componentsschemas_set_optimizer_answer_item_data in _response_200:

            def _parse_componentsschemas_set_optimizer_answer_item(
                data: object,
            ) -> OptimizerDecisionEcho | OptimizerSettingEcho:
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_set_optimizer_answer_item_type_0 = (
                        OptimizerDecisionEcho.from_dict(data)
                    )

                    return componentsschemas_set_optimizer_answer_item_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_set_optimizer_answer_item_type_1 = OptimizerSettingEcho.from_dict(
                    data
                )

                return componentsschemas_set_optimizer_answer_item_type_1

            componentsschemas_set_optimizer_answer_item = (
                _parse_componentsschemas_set_optimizer_answer_item(
                    componentsschemas_set_optimizer_answer_item_data
                )
            )

            response_200.append(componentsschemas_set_optimizer_answer_item)

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
) -> Response[Error | list[OptimizerDecisionEcho | OptimizerSettingEcho] | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SetOptimizerRequest,
) -> Response[Error | list[OptimizerDecisionEcho | OptimizerSettingEcho] | str]:
    """Set the number of connections of a link

     Meant for level `config`. **3.13.4 lets everybody do this, even without a certificate**: a
    security hole, on which nobody should rely. Replaces the setting of the link and adds a decision.
    The answer repeats the values as they were sent, also unknown fields, which are not stored; a
    field that one of the two rows does not have appears in both. Form bodies work too, with query
    parameters counting as fields.

    Args:
        body (SetOptimizerRequest): A link with its number of connections, and the reasons.
            Unknown fields come back in the answer and
            are not stored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | list[OptimizerDecisionEcho | OptimizerSettingEcho] | str]
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
    body: SetOptimizerRequest,
) -> Error | list[OptimizerDecisionEcho | OptimizerSettingEcho] | str | None:
    """Set the number of connections of a link

     Meant for level `config`. **3.13.4 lets everybody do this, even without a certificate**: a
    security hole, on which nobody should rely. Replaces the setting of the link and adds a decision.
    The answer repeats the values as they were sent, also unknown fields, which are not stored; a
    field that one of the two rows does not have appears in both. Form bodies work too, with query
    parameters counting as fields.

    Args:
        body (SetOptimizerRequest): A link with its number of connections, and the reasons.
            Unknown fields come back in the answer and
            are not stored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | list[OptimizerDecisionEcho | OptimizerSettingEcho] | str
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SetOptimizerRequest,
) -> Response[Error | list[OptimizerDecisionEcho | OptimizerSettingEcho] | str]:
    """Set the number of connections of a link

     Meant for level `config`. **3.13.4 lets everybody do this, even without a certificate**: a
    security hole, on which nobody should rely. Replaces the setting of the link and adds a decision.
    The answer repeats the values as they were sent, also unknown fields, which are not stored; a
    field that one of the two rows does not have appears in both. Form bodies work too, with query
    parameters counting as fields.

    Args:
        body (SetOptimizerRequest): A link with its number of connections, and the reasons.
            Unknown fields come back in the answer and
            are not stored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | list[OptimizerDecisionEcho | OptimizerSettingEcho] | str]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: SetOptimizerRequest,
) -> Error | list[OptimizerDecisionEcho | OptimizerSettingEcho] | str | None:
    """Set the number of connections of a link

     Meant for level `config`. **3.13.4 lets everybody do this, even without a certificate**: a
    security hole, on which nobody should rely. Replaces the setting of the link and adds a decision.
    The answer repeats the values as they were sent, also unknown fields, which are not stored; a
    field that one of the two rows does not have appears in both. Form bodies work too, with query
    parameters counting as fields.

    Args:
        body (SetOptimizerRequest): A link with its number of connections, and the reasons.
            Unknown fields come back in the answer and
            are not stored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | list[OptimizerDecisionEcho | OptimizerSettingEcho] | str
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
