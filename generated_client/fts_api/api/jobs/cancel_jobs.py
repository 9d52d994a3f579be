from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.job_change import JobChange
from ...models.job_error import JobError
from ...types import Response


def _get_kwargs(
    job_ids: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/jobs/{job_ids}".format(
            job_ids=quote(str(job_ids), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> (
    Error
    | Error
    | JobError
    | JobChange
    | list[JobChange]
    | JobError
    | list[JobChange | JobError]
    | str
    | None
):
    if response.status_code == 200:

        def _parse_response_200(data: object) -> JobChange | list[JobChange]:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_200_type_0 = JobChange.from_dict(data)

                return response_200_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, list):
                raise TypeError()
            response_200_type_1 = []
            _response_200_type_1 = data
            for response_200_type_1_item_data in _response_200_type_1:
                response_200_type_1_item = JobChange.from_dict(response_200_type_1_item_data)

                response_200_type_1.append(response_200_type_1_item)

            return response_200_type_1

        response_200 = _parse_response_200(response.json())

        return response_200

    if response.status_code == 207:
        response_207 = []
        _response_207 = response.json()
        for response_207_item_data in _response_207:

            def _parse_response_207_item(data: object) -> JobChange | JobError:
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    response_207_item_type_0 = JobChange.from_dict(data)

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
    | JobChange
    | list[JobChange]
    | JobError
    | list[JobChange | JobError]
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
) -> Response[
    Error
    | Error
    | JobError
    | JobChange
    | list[JobChange]
    | JobError
    | list[JobChange | JobError]
    | str
]:
    """Cancel one job or several

     Who may see a job may cancel it. One id without a comma: an object; any comma: a list, in which
    terminal
    and failing entries come first. A terminal job is left alone: HTTP 200 with `http_status`
    `304 Not Modified`. 207 when at least one job is unknown or foreign; the others are canceled all the
    same. A body is ignored; there are no files in the answer. Anonymous callers get 500.

    Args:
        job_ids (str): Job ids separated by commas.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | Error | JobError | JobChange | list[JobChange] | JobError | list[JobChange | JobError] | str]
    """

    kwargs = _get_kwargs(
        job_ids=job_ids,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.read_answer(_build_response, response)


def sync(
    job_ids: str,
    *,
    client: AuthenticatedClient | Client,
) -> (
    Error
    | Error
    | JobError
    | JobChange
    | list[JobChange]
    | JobError
    | list[JobChange | JobError]
    | str
    | None
):
    """Cancel one job or several

     Who may see a job may cancel it. One id without a comma: an object; any comma: a list, in which
    terminal
    and failing entries come first. A terminal job is left alone: HTTP 200 with `http_status`
    `304 Not Modified`. 207 when at least one job is unknown or foreign; the others are canceled all the
    same. A body is ignored; there are no files in the answer. Anonymous callers get 500.

    Args:
        job_ids (str): Job ids separated by commas.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | Error | JobError | JobChange | list[JobChange] | JobError | list[JobChange | JobError] | str
    """

    return sync_detailed(
        job_ids=job_ids,
        client=client,
    ).parsed


async def asyncio_detailed(
    job_ids: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[
    Error
    | Error
    | JobError
    | JobChange
    | list[JobChange]
    | JobError
    | list[JobChange | JobError]
    | str
]:
    """Cancel one job or several

     Who may see a job may cancel it. One id without a comma: an object; any comma: a list, in which
    terminal
    and failing entries come first. A terminal job is left alone: HTTP 200 with `http_status`
    `304 Not Modified`. 207 when at least one job is unknown or foreign; the others are canceled all the
    same. A body is ignored; there are no files in the answer. Anonymous callers get 500.

    Args:
        job_ids (str): Job ids separated by commas.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | Error | JobError | JobChange | list[JobChange] | JobError | list[JobChange | JobError] | str]
    """

    kwargs = _get_kwargs(
        job_ids=job_ids,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    job_ids: str,
    *,
    client: AuthenticatedClient | Client,
) -> (
    Error
    | Error
    | JobError
    | JobChange
    | list[JobChange]
    | JobError
    | list[JobChange | JobError]
    | str
    | None
):
    """Cancel one job or several

     Who may see a job may cancel it. One id without a comma: an object; any comma: a list, in which
    terminal
    and failing entries come first. A terminal job is left alone: HTTP 200 with `http_status`
    `304 Not Modified`. 207 when at least one job is unknown or foreign; the others are canceled all the
    same. A body is ignored; there are no files in the answer. Anonymous callers get 500.

    Args:
        job_ids (str): Job ids separated by commas.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | Error | JobError | JobChange | list[JobChange] | JobError | list[JobChange | JobError] | str
    """

    return (
        await asyncio_detailed(
            job_ids=job_ids,
            client=client,
        )
    ).parsed
