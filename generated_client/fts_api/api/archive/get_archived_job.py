from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.archived_job import ArchivedJob
from ...models.error import Error
from ...types import Response


def _get_kwargs(
    job_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/archive/{job_id}".format(
            job_id=quote(str(job_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ArchivedJob | Error | str | None:
    if response.status_code == 200:
        response_200 = ArchivedJob.from_dict(response.json())

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
) -> Response[ArchivedJob | Error | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[ArchivedJob | Error | str]:
    """Get an archived job with all its files

     Level `transfer`, and the job must be the caller's or of one of the caller's VOs (root: any). A
    finished job is moved here after seven days by default, and is then 404 under `/jobs/{job_ids}`.
    The files are always part of the answer; a `files` parameter has no effect. Unlike
    `/jobs/{job_ids}` there is no `http_status`, errors are of the usual shape, and callers without a
    certificate get 403. Existence is checked before permission.

    Args:
        job_id (str): Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ArchivedJob | Error | str]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.read_answer(_build_response, response)


def sync(
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> ArchivedJob | Error | str | None:
    """Get an archived job with all its files

     Level `transfer`, and the job must be the caller's or of one of the caller's VOs (root: any). A
    finished job is moved here after seven days by default, and is then 404 under `/jobs/{job_ids}`.
    The files are always part of the answer; a `files` parameter has no effect. Unlike
    `/jobs/{job_ids}` there is no `http_status`, errors are of the usual shape, and callers without a
    certificate get 403. Existence is checked before permission.

    Args:
        job_id (str): Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ArchivedJob | Error | str
    """

    return sync_detailed(
        job_id=job_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[ArchivedJob | Error | str]:
    """Get an archived job with all its files

     Level `transfer`, and the job must be the caller's or of one of the caller's VOs (root: any). A
    finished job is moved here after seven days by default, and is then 404 under `/jobs/{job_ids}`.
    The files are always part of the answer; a `files` parameter has no effect. Unlike
    `/jobs/{job_ids}` there is no `http_status`, errors are of the usual shape, and callers without a
    certificate get 403. Existence is checked before permission.

    Args:
        job_id (str): Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ArchivedJob | Error | str]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> ArchivedJob | Error | str | None:
    """Get an archived job with all its files

     Level `transfer`, and the job must be the caller's or of one of the caller's VOs (root: any). A
    finished job is moved here after seven days by default, and is then 404 under `/jobs/{job_ids}`.
    The files are always part of the answer; a `files` parameter has no effect. Unlike
    `/jobs/{job_ids}` there is no `http_status`, errors are of the usual shape, and callers without a
    certificate get 403. Existence is checked before permission.

    Args:
        job_id (str): Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ArchivedJob | Error | str
    """

    return (
        await asyncio_detailed(
            job_id=job_id,
            client=client,
        )
    ).parsed
