from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.job_record import JobRecord
from ...models.job_selection import JobSelection
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    user_dn: str | Unset = UNSET,
    vo_name: str | Unset = UNSET,
    dlg_id: str | Unset = UNSET,
    state_in: str | Unset = UNSET,
    source_se: str | Unset = UNSET,
    dest_se: str | Unset = UNSET,
    time_window: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    fields: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["user_dn"] = user_dn

    params["vo_name"] = vo_name

    params["dlg_id"] = dlg_id

    params["state_in"] = state_in

    params["source_se"] = source_se

    params["dest_se"] = dest_se

    params["time_window"] = time_window

    params["limit"] = limit

    params["fields"] = fields

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/jobs",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | list[JobRecord | JobSelection] | str | None:
    if response.status_code == 200:
        response_200 = []
        _response_200 = response.json()
        for response_200_item_data in _response_200:

            def _parse_response_200_item(data: object) -> JobRecord | JobSelection:
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    response_200_item_type_0 = JobRecord.from_dict(data)

                    return response_200_item_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                if not isinstance(data, dict):
                    raise TypeError()
                response_200_item_type_1 = JobSelection.from_dict(data)

                return response_200_item_type_1

            response_200_item = _parse_response_200_item(response_200_item_data)

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
) -> Response[Error | list[JobRecord | JobSelection] | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    user_dn: str | Unset = UNSET,
    vo_name: str | Unset = UNSET,
    dlg_id: str | Unset = UNSET,
    state_in: str | Unset = UNSET,
    source_se: str | Unset = UNSET,
    dest_se: str | Unset = UNSET,
    time_window: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    fields: str | Unset = UNSET,
) -> Response[Error | list[JobRecord | JobSelection] | str]:
    """List jobs, by default those that are not finished

     Callers with level `transfer`; normal users see the jobs of their first VO only, whatever `vo_name`
    says. Answers 200 and a list without paging, total or promised order (with `limit`: newest first).

    Which jobs: without `state_in` the unfinished ones. With `state_in` alone only unfinished ones of
    these states, so terminal states give nothing. With `state_in` and `time_window` those that finished
    within the window, so active states give nothing. With `state_in` and `limit` all of these states.

    Empty parameters count as absent, unknown ones are ignored. **Of a parameter that is repeated only
    the first
    counts**: `state_in=ACTIVE&state_in=READY` gives what is ACTIVE alone; write
    `state_in=ACTIVE,READY`.

    Args:
        user_dn (str | Unset):
        vo_name (str | Unset):
        dlg_id (str | Unset): Names the caller's delegated credential: the first 16 hexadecimal
            digits of the SHA-1 of the
            user's DN followed by all FQANs (tokens: issuer followed by subject).
        state_in (str | Unset): States separated by commas, without blanks.
        source_se (str | Unset): Exact name of a storage element, `scheme://host` without port;
            case does not matter.
        dest_se (str | Unset): Exact name of a storage element, `scheme://host` without port; case
            does not matter.
        time_window (str | Unset):
        limit (int | Unset):
        fields (str | Unset): Names of job fields separated by commas.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | list[JobRecord | JobSelection] | str]
    """

    kwargs = _get_kwargs(
        user_dn=user_dn,
        vo_name=vo_name,
        dlg_id=dlg_id,
        state_in=state_in,
        source_se=source_se,
        dest_se=dest_se,
        time_window=time_window,
        limit=limit,
        fields=fields,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.read_answer(_build_response, response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    user_dn: str | Unset = UNSET,
    vo_name: str | Unset = UNSET,
    dlg_id: str | Unset = UNSET,
    state_in: str | Unset = UNSET,
    source_se: str | Unset = UNSET,
    dest_se: str | Unset = UNSET,
    time_window: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    fields: str | Unset = UNSET,
) -> Error | list[JobRecord | JobSelection] | str | None:
    """List jobs, by default those that are not finished

     Callers with level `transfer`; normal users see the jobs of their first VO only, whatever `vo_name`
    says. Answers 200 and a list without paging, total or promised order (with `limit`: newest first).

    Which jobs: without `state_in` the unfinished ones. With `state_in` alone only unfinished ones of
    these states, so terminal states give nothing. With `state_in` and `time_window` those that finished
    within the window, so active states give nothing. With `state_in` and `limit` all of these states.

    Empty parameters count as absent, unknown ones are ignored. **Of a parameter that is repeated only
    the first
    counts**: `state_in=ACTIVE&state_in=READY` gives what is ACTIVE alone; write
    `state_in=ACTIVE,READY`.

    Args:
        user_dn (str | Unset):
        vo_name (str | Unset):
        dlg_id (str | Unset): Names the caller's delegated credential: the first 16 hexadecimal
            digits of the SHA-1 of the
            user's DN followed by all FQANs (tokens: issuer followed by subject).
        state_in (str | Unset): States separated by commas, without blanks.
        source_se (str | Unset): Exact name of a storage element, `scheme://host` without port;
            case does not matter.
        dest_se (str | Unset): Exact name of a storage element, `scheme://host` without port; case
            does not matter.
        time_window (str | Unset):
        limit (int | Unset):
        fields (str | Unset): Names of job fields separated by commas.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | list[JobRecord | JobSelection] | str
    """

    return sync_detailed(
        client=client,
        user_dn=user_dn,
        vo_name=vo_name,
        dlg_id=dlg_id,
        state_in=state_in,
        source_se=source_se,
        dest_se=dest_se,
        time_window=time_window,
        limit=limit,
        fields=fields,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    user_dn: str | Unset = UNSET,
    vo_name: str | Unset = UNSET,
    dlg_id: str | Unset = UNSET,
    state_in: str | Unset = UNSET,
    source_se: str | Unset = UNSET,
    dest_se: str | Unset = UNSET,
    time_window: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    fields: str | Unset = UNSET,
) -> Response[Error | list[JobRecord | JobSelection] | str]:
    """List jobs, by default those that are not finished

     Callers with level `transfer`; normal users see the jobs of their first VO only, whatever `vo_name`
    says. Answers 200 and a list without paging, total or promised order (with `limit`: newest first).

    Which jobs: without `state_in` the unfinished ones. With `state_in` alone only unfinished ones of
    these states, so terminal states give nothing. With `state_in` and `time_window` those that finished
    within the window, so active states give nothing. With `state_in` and `limit` all of these states.

    Empty parameters count as absent, unknown ones are ignored. **Of a parameter that is repeated only
    the first
    counts**: `state_in=ACTIVE&state_in=READY` gives what is ACTIVE alone; write
    `state_in=ACTIVE,READY`.

    Args:
        user_dn (str | Unset):
        vo_name (str | Unset):
        dlg_id (str | Unset): Names the caller's delegated credential: the first 16 hexadecimal
            digits of the SHA-1 of the
            user's DN followed by all FQANs (tokens: issuer followed by subject).
        state_in (str | Unset): States separated by commas, without blanks.
        source_se (str | Unset): Exact name of a storage element, `scheme://host` without port;
            case does not matter.
        dest_se (str | Unset): Exact name of a storage element, `scheme://host` without port; case
            does not matter.
        time_window (str | Unset):
        limit (int | Unset):
        fields (str | Unset): Names of job fields separated by commas.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | list[JobRecord | JobSelection] | str]
    """

    kwargs = _get_kwargs(
        user_dn=user_dn,
        vo_name=vo_name,
        dlg_id=dlg_id,
        state_in=state_in,
        source_se=source_se,
        dest_se=dest_se,
        time_window=time_window,
        limit=limit,
        fields=fields,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    user_dn: str | Unset = UNSET,
    vo_name: str | Unset = UNSET,
    dlg_id: str | Unset = UNSET,
    state_in: str | Unset = UNSET,
    source_se: str | Unset = UNSET,
    dest_se: str | Unset = UNSET,
    time_window: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    fields: str | Unset = UNSET,
) -> Error | list[JobRecord | JobSelection] | str | None:
    """List jobs, by default those that are not finished

     Callers with level `transfer`; normal users see the jobs of their first VO only, whatever `vo_name`
    says. Answers 200 and a list without paging, total or promised order (with `limit`: newest first).

    Which jobs: without `state_in` the unfinished ones. With `state_in` alone only unfinished ones of
    these states, so terminal states give nothing. With `state_in` and `time_window` those that finished
    within the window, so active states give nothing. With `state_in` and `limit` all of these states.

    Empty parameters count as absent, unknown ones are ignored. **Of a parameter that is repeated only
    the first
    counts**: `state_in=ACTIVE&state_in=READY` gives what is ACTIVE alone; write
    `state_in=ACTIVE,READY`.

    Args:
        user_dn (str | Unset):
        vo_name (str | Unset):
        dlg_id (str | Unset): Names the caller's delegated credential: the first 16 hexadecimal
            digits of the SHA-1 of the
            user's DN followed by all FQANs (tokens: issuer followed by subject).
        state_in (str | Unset): States separated by commas, without blanks.
        source_se (str | Unset): Exact name of a storage element, `scheme://host` without port;
            case does not matter.
        dest_se (str | Unset): Exact name of a storage element, `scheme://host` without port; case
            does not matter.
        time_window (str | Unset):
        limit (int | Unset):
        fields (str | Unset): Names of job fields separated by commas.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | list[JobRecord | JobSelection] | str
    """

    return (
        await asyncio_detailed(
            client=client,
            user_dn=user_dn,
            vo_name=vo_name,
            dlg_id=dlg_id,
            state_in=state_in,
            source_se=source_se,
            dest_se=dest_se,
            time_window=time_window,
            limit=limit,
            fields=fields,
        )
    ).parsed
