from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.archived_file import ArchivedFile
from ...models.error import Error
from ...models.metadata_object import MetadataObject
from ...types import Response


def _get_kwargs(
    job_id: str,
    field: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/archive/{job_id}/{field}".format(
            job_id=quote(str(job_id), safe=""),
            field=quote(str(field), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | bool | int | list[ArchivedFile] | MetadataObject | None | str | str | None:
    if response.status_code == 200:

        def _parse_response_200(
            data: object,
        ) -> bool | int | list[ArchivedFile] | MetadataObject | None | str:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_archived_job_field_value_type_4 = MetadataObject.from_dict(data)

                return componentsschemas_archived_job_field_value_type_4
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, list):
                    raise TypeError()
                componentsschemas_archived_job_field_value_type_5 = []
                _componentsschemas_archived_job_field_value_type_5 = data
                for (
                    componentsschemas_archived_job_field_value_type_5_item_data
                ) in _componentsschemas_archived_job_field_value_type_5:
                    componentsschemas_archived_job_field_value_type_5_item = ArchivedFile.from_dict(
                        componentsschemas_archived_job_field_value_type_5_item_data
                    )

                    componentsschemas_archived_job_field_value_type_5.append(
                        componentsschemas_archived_job_field_value_type_5_item
                    )

                return componentsschemas_archived_job_field_value_type_5
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("bool | int | list[ArchivedFile] | MetadataObject | None | str", data)

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
) -> Response[Error | bool | int | list[ArchivedFile] | MetadataObject | None | str | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    job_id: str,
    field: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Error | bool | int | list[ArchivedFile] | MetadataObject | None | str | str]:
    """Get one field of an archived job

     For whom the whole job is (`GET /archive/{job_id}`). The bare JSON value of one field; `files`
    gives the list of files. An unknown name is 404; `metadata`, a name that is internal to the
    server, 500.

    Args:
        job_id (str): Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids.
        field (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | bool | int | list[ArchivedFile] | MetadataObject | None | str | str]
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
    field: str,
    *,
    client: AuthenticatedClient | Client,
) -> Error | bool | int | list[ArchivedFile] | MetadataObject | None | str | str | None:
    """Get one field of an archived job

     For whom the whole job is (`GET /archive/{job_id}`). The bare JSON value of one field; `files`
    gives the list of files. An unknown name is 404; `metadata`, a name that is internal to the
    server, 500.

    Args:
        job_id (str): Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids.
        field (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | bool | int | list[ArchivedFile] | MetadataObject | None | str | str
    """

    return sync_detailed(
        job_id=job_id,
        field=field,
        client=client,
    ).parsed


async def asyncio_detailed(
    job_id: str,
    field: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Error | bool | int | list[ArchivedFile] | MetadataObject | None | str | str]:
    """Get one field of an archived job

     For whom the whole job is (`GET /archive/{job_id}`). The bare JSON value of one field; `files`
    gives the list of files. An unknown name is 404; `metadata`, a name that is internal to the
    server, 500.

    Args:
        job_id (str): Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids.
        field (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | bool | int | list[ArchivedFile] | MetadataObject | None | str | str]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
        field=field,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    job_id: str,
    field: str,
    *,
    client: AuthenticatedClient | Client,
) -> Error | bool | int | list[ArchivedFile] | MetadataObject | None | str | str | None:
    """Get one field of an archived job

     For whom the whole job is (`GET /archive/{job_id}`). The bare JSON value of one field; `files`
    gives the list of files. An unknown name is 404; `metadata`, a name that is internal to the
    server, 500.

    Args:
        job_id (str): Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids.
        field (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | bool | int | list[ArchivedFile] | MetadataObject | None | str | str
    """

    return (
        await asyncio_detailed(
            job_id=job_id,
            field=field,
            client=client,
        )
    ).parsed
