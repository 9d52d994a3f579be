from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...types import Response


def _get_kwargs(
    job_id: str,
    file_ids: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/jobs/{job_id}/files/{file_ids}".format(
            job_id=quote(str(job_id), safe=""),
            file_ids=quote(str(file_ids), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | list[str] | str | str | None:
    if response.status_code == 200:

        def _parse_response_200(data: object) -> list[str] | str:
            try:
                if not isinstance(data, list):
                    raise TypeError()
                response_200_type_1 = cast("list[str]", data)

                return response_200_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[str] | str", data)

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
) -> Response[Error | list[str] | str | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    job_id: str,
    file_ids: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Error | list[str] | str | str]:
    """Cancel single files of a job

     Who may see the job may cancel its files. One id: the state of the file as a string; any comma: a
    list of
    strings in the order given. An id that is not of this job gives a sentence in place of a state, with
    200.
    Multihop, session-reuse and multi-replica jobs are refused with 400.

    When no file is active afterwards the job becomes CANCELED, also when it had been FINISHED.
    Anonymous callers get 500.

    Args:
        job_id (str): Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids.
        file_ids (str): File ids separated by commas.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | list[str] | str | str]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
        file_ids=file_ids,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.read_answer(_build_response, response)


def sync(
    job_id: str,
    file_ids: str,
    *,
    client: AuthenticatedClient | Client,
) -> Error | list[str] | str | str | None:
    """Cancel single files of a job

     Who may see the job may cancel its files. One id: the state of the file as a string; any comma: a
    list of
    strings in the order given. An id that is not of this job gives a sentence in place of a state, with
    200.
    Multihop, session-reuse and multi-replica jobs are refused with 400.

    When no file is active afterwards the job becomes CANCELED, also when it had been FINISHED.
    Anonymous callers get 500.

    Args:
        job_id (str): Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids.
        file_ids (str): File ids separated by commas.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | list[str] | str | str
    """

    return sync_detailed(
        job_id=job_id,
        file_ids=file_ids,
        client=client,
    ).parsed


async def asyncio_detailed(
    job_id: str,
    file_ids: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Error | list[str] | str | str]:
    """Cancel single files of a job

     Who may see the job may cancel its files. One id: the state of the file as a string; any comma: a
    list of
    strings in the order given. An id that is not of this job gives a sentence in place of a state, with
    200.
    Multihop, session-reuse and multi-replica jobs are refused with 400.

    When no file is active afterwards the job becomes CANCELED, also when it had been FINISHED.
    Anonymous callers get 500.

    Args:
        job_id (str): Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids.
        file_ids (str): File ids separated by commas.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | list[str] | str | str]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
        file_ids=file_ids,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    job_id: str,
    file_ids: str,
    *,
    client: AuthenticatedClient | Client,
) -> Error | list[str] | str | str | None:
    """Cancel single files of a job

     Who may see the job may cancel its files. One id: the state of the file as a string; any comma: a
    list of
    strings in the order given. An id that is not of this job gives a sentence in place of a state, with
    200.
    Multihop, session-reuse and multi-replica jobs are refused with 400.

    When no file is active afterwards the job becomes CANCELED, also when it had been FINISHED.
    Anonymous callers get 500.

    Args:
        job_id (str): Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids.
        file_ids (str): File ids separated by commas.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | list[str] | str | str
    """

    return (
        await asyncio_detailed(
            job_id=job_id,
            file_ids=file_ids,
            client=client,
        )
    ).parsed
