from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.job_field_name import JobFieldName
from ...models.metadata_object import MetadataObject
from ...types import Response


def _get_kwargs(
    job_id: str,
    field: JobFieldName,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/jobs/{job_id}/{field}".format(
            job_id=quote(str(job_id), safe=""),
            field=quote(str(field), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | bool | int | MetadataObject | None | str | str | None:
    if response.status_code == 200:

        def _parse_response_200(data: object) -> bool | int | MetadataObject | None | str:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_job_field_value_type_3 = MetadataObject.from_dict(data)

                return componentsschemas_job_field_value_type_3
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("bool | int | MetadataObject | None | str", data)

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

    if response.status_code == 404:
        response_404 = Error.from_dict(response.json())

        return response_404

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
) -> Response[Error | bool | int | MetadataObject | None | str | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    job_id: str,
    field: JobFieldName,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Error | bool | int | MetadataObject | None | str | str]:
    """Get one field of a job

     The owner, members of the job's VO, and root. The bare JSON value. 404 when the job or the field is
    unknown. Anonymous callers get 500.

    Args:
        job_id (str): Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids.
        field (JobFieldName): Name of a job field.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | bool | int | MetadataObject | None | str | str]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
        field=field,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.read_answer(_build_response, response)


def sync(
    job_id: str,
    field: JobFieldName,
    *,
    client: AuthenticatedClient | Client,
) -> Error | bool | int | MetadataObject | None | str | str | None:
    """Get one field of a job

     The owner, members of the job's VO, and root. The bare JSON value. 404 when the job or the field is
    unknown. Anonymous callers get 500.

    Args:
        job_id (str): Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids.
        field (JobFieldName): Name of a job field.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | bool | int | MetadataObject | None | str | str
    """

    return sync_detailed(
        job_id=job_id,
        field=field,
        client=client,
    ).parsed


async def asyncio_detailed(
    job_id: str,
    field: JobFieldName,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Error | bool | int | MetadataObject | None | str | str]:
    """Get one field of a job

     The owner, members of the job's VO, and root. The bare JSON value. 404 when the job or the field is
    unknown. Anonymous callers get 500.

    Args:
        job_id (str): Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids.
        field (JobFieldName): Name of a job field.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | bool | int | MetadataObject | None | str | str]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
        field=field,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    job_id: str,
    field: JobFieldName,
    *,
    client: AuthenticatedClient | Client,
) -> Error | bool | int | MetadataObject | None | str | str | None:
    """Get one field of a job

     The owner, members of the job's VO, and root. The bare JSON value. 404 when the job or the field is
    unknown. Anonymous callers get 500.

    Args:
        job_id (str): Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids.
        field (JobFieldName): Name of a job field.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | bool | int | MetadataObject | None | str | str
    """

    return (
        await asyncio_detailed(
            job_id=job_id,
            field=field,
            client=client,
        )
    ).parsed
