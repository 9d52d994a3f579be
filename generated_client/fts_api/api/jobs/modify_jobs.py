from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.job_error import JobError
from ...models.modification import Modification
from ...models.modified_job import ModifiedJob
from ...types import Response


def _get_kwargs(
    job_ids: str,
    *,
    body: Modification,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/jobs/{job_ids}".format(
            job_ids=quote(str(job_ids), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> (
    Error
    | Error
    | JobError
    | JobError
    | list[JobError | ModifiedJob]
    | list[ModifiedJob]
    | ModifiedJob
    | str
    | None
):
    if response.status_code == 200:

        def _parse_response_200(data: object) -> list[ModifiedJob] | ModifiedJob:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_200_type_0 = ModifiedJob.from_dict(data)

                return response_200_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, list):
                raise TypeError()
            response_200_type_1 = []
            _response_200_type_1 = data
            for response_200_type_1_item_data in _response_200_type_1:
                response_200_type_1_item = ModifiedJob.from_dict(response_200_type_1_item_data)

                response_200_type_1.append(response_200_type_1_item)

            return response_200_type_1

        response_200 = _parse_response_200(response.json())

        return response_200

    if response.status_code == 207:
        response_207 = []
        _response_207 = response.json()
        for response_207_item_data in _response_207:

            def _parse_response_207_item(data: object) -> JobError | ModifiedJob:
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    response_207_item_type_0 = ModifiedJob.from_dict(data)

                    return response_207_item_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                if not isinstance(data, dict):
                    raise TypeError()
                response_207_item_type_1 = JobError.from_dict(data)

                return response_207_item_type_1

            response_207_item = _parse_response_207_item(response_207_item_data)

            response_207.append(response_207_item)

        return response_207

    if response.status_code == 400:
        response_400 = Error.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Error.from_dict(response.json())

        return response_401

    if response.status_code == 403:

        def _parse_response_403(data: object) -> Error | JobError:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_403_type_0 = JobError.from_dict(data)

                return response_403_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_403_type_1 = Error.from_dict(data)

            return response_403_type_1

        response_403 = _parse_response_403(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = JobError.from_dict(response.json())

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
) -> Response[
    Error
    | Error
    | JobError
    | JobError
    | list[JobError | ModifiedJob]
    | list[ModifiedJob]
    | ModifiedJob
    | str
]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    job_ids: str,
    *,
    client: AuthenticatedClient | Client,
    body: Modification,
) -> Response[
    Error
    | Error
    | JobError
    | JobError
    | list[JobError | ModifiedJob]
    | list[ModifiedJob]
    | ModifiedJob
    | str
]:
    """Change the priority of one job or several

     Who may see a job may change it. Only `params.priority` has an effect; 0, and everything else, is
    accepted and changes nothing. The answers are those of a cancel, with the full `files` of each job
    when
    the priority was really changed. A bad body is refused before the job is looked up.

    Args:
        job_ids (str): Job ids separated by commas.
        body (Modification): What to change in a job. Other members are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | Error | JobError | JobError | list[JobError | ModifiedJob] | list[ModifiedJob] | ModifiedJob | str]
    """

    kwargs = _get_kwargs(
        job_ids=job_ids,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.read_answer(_build_response, response)


def sync(
    job_ids: str,
    *,
    client: AuthenticatedClient | Client,
    body: Modification,
) -> (
    Error
    | Error
    | JobError
    | JobError
    | list[JobError | ModifiedJob]
    | list[ModifiedJob]
    | ModifiedJob
    | str
    | None
):
    """Change the priority of one job or several

     Who may see a job may change it. Only `params.priority` has an effect; 0, and everything else, is
    accepted and changes nothing. The answers are those of a cancel, with the full `files` of each job
    when
    the priority was really changed. A bad body is refused before the job is looked up.

    Args:
        job_ids (str): Job ids separated by commas.
        body (Modification): What to change in a job. Other members are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | Error | JobError | JobError | list[JobError | ModifiedJob] | list[ModifiedJob] | ModifiedJob | str
    """

    return sync_detailed(
        job_ids=job_ids,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    job_ids: str,
    *,
    client: AuthenticatedClient | Client,
    body: Modification,
) -> Response[
    Error
    | Error
    | JobError
    | JobError
    | list[JobError | ModifiedJob]
    | list[ModifiedJob]
    | ModifiedJob
    | str
]:
    """Change the priority of one job or several

     Who may see a job may change it. Only `params.priority` has an effect; 0, and everything else, is
    accepted and changes nothing. The answers are those of a cancel, with the full `files` of each job
    when
    the priority was really changed. A bad body is refused before the job is looked up.

    Args:
        job_ids (str): Job ids separated by commas.
        body (Modification): What to change in a job. Other members are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | Error | JobError | JobError | list[JobError | ModifiedJob] | list[ModifiedJob] | ModifiedJob | str]
    """

    kwargs = _get_kwargs(
        job_ids=job_ids,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    job_ids: str,
    *,
    client: AuthenticatedClient | Client,
    body: Modification,
) -> (
    Error
    | Error
    | JobError
    | JobError
    | list[JobError | ModifiedJob]
    | list[ModifiedJob]
    | ModifiedJob
    | str
    | None
):
    """Change the priority of one job or several

     Who may see a job may change it. Only `params.priority` has an effect; 0, and everything else, is
    accepted and changes nothing. The answers are those of a cancel, with the full `files` of each job
    when
    the priority was really changed. A bad body is refused before the job is looked up.

    Args:
        job_ids (str): Job ids separated by commas.
        body (Modification): What to change in a job. Other members are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | Error | JobError | JobError | list[JobError | ModifiedJob] | list[ModifiedJob] | ModifiedJob | str
    """

    return (
        await asyncio_detailed(
            job_ids=job_ids,
            client=client,
            body=body,
        )
    ).parsed
