from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.file_retry import FileRetry
from ...types import Response


def _get_kwargs(
    job_id: str,
    file_id: int,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/jobs/{job_id}/files/{file_id}/retries".format(
            job_id=quote(str(job_id), safe=""),
            file_id=quote(str(file_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | list[FileRetry] | str | None:
    if response.status_code == 200:
        response_200 = []
        _response_200 = response.json()
        for response_200_item_data in _response_200:
            response_200_item = FileRetry.from_dict(response_200_item_data)

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
) -> Response[Error | list[FileRetry] | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    job_id: str,
    file_id: int,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Error | list[FileRetry] | str]:
    """List the failed attempts of a file

     The owner, members of the job's VO, and root. Each record repeats the whole file. An unknown file
    gives
    `[]`. (The real server does not check that the file belongs to the job.) Anonymous callers get 500.

    Args:
        job_id (str): Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids.
        file_id (int): Id of a file (one transfer); exceeds 32 bits on busy servers.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | list[FileRetry] | str]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
        file_id=file_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.read_answer(_build_response, response)


def sync(
    job_id: str,
    file_id: int,
    *,
    client: AuthenticatedClient | Client,
) -> Error | list[FileRetry] | str | None:
    """List the failed attempts of a file

     The owner, members of the job's VO, and root. Each record repeats the whole file. An unknown file
    gives
    `[]`. (The real server does not check that the file belongs to the job.) Anonymous callers get 500.

    Args:
        job_id (str): Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids.
        file_id (int): Id of a file (one transfer); exceeds 32 bits on busy servers.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | list[FileRetry] | str
    """

    return sync_detailed(
        job_id=job_id,
        file_id=file_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    job_id: str,
    file_id: int,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Error | list[FileRetry] | str]:
    """List the failed attempts of a file

     The owner, members of the job's VO, and root. Each record repeats the whole file. An unknown file
    gives
    `[]`. (The real server does not check that the file belongs to the job.) Anonymous callers get 500.

    Args:
        job_id (str): Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids.
        file_id (int): Id of a file (one transfer); exceeds 32 bits on busy servers.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | list[FileRetry] | str]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
        file_id=file_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    job_id: str,
    file_id: int,
    *,
    client: AuthenticatedClient | Client,
) -> Error | list[FileRetry] | str | None:
    """List the failed attempts of a file

     The owner, members of the job's VO, and root. Each record repeats the whole file. An unknown file
    gives
    `[]`. (The real server does not check that the file belongs to the job.) Anonymous callers get 500.

    Args:
        job_id (str): Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids.
        file_id (int): Id of a file (one transfer); exceeds 32 bits on busy servers.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | list[FileRetry] | str
    """

    return (
        await asyncio_detailed(
            job_id=job_id,
            file_id=file_id,
            client=client,
        )
    ).parsed
