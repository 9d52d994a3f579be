from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.submission import Submission
from ...models.submission_result import SubmissionResult
from ...types import Response


def _get_kwargs(
    *,
    body: Submission,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/jobs",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | SubmissionResult | str | None:
    if response.status_code == 200:
        response_200 = SubmissionResult.from_dict(response.json())

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

    if response.status_code == 405:
        response_405 = Error.from_dict(response.json())

        return response_405

    if response.status_code == 409:
        response_409 = Error.from_dict(response.json())

        return response_409

    if response.status_code == 411:
        response_411 = response.text
        return response_411

    if response.status_code == 414:
        response_414 = response.text
        return response_414

    if response.status_code == 419:
        response_419 = Error.from_dict(response.json())

        return response_419

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
) -> Response[Error | SubmissionResult | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: Submission,
) -> Response[Error | SubmissionResult | str]:
    """Submit a job

     Callers with level `transfer`. With a certificate, a delegated credential with at least one hour
    left
    is needed (419 otherwise). The answer is 200 and the id of the new job; a refused job leaves nothing
    behind.

    The checks come in this order: identity (403), JSON object (400), delegation (419), deletion (405),
    the rules of the schema (400), banned storages (403), the id (409).

    A plain submit must not be repeated blindly: the first attempt may have made a job. With
    `id_generator: deterministic` and a `sid` the client can work the job id out, and a repetition is
    answered 409.

    Args:
        body (Submission): A job to submit. Unknown members are ignored here, in `params` and in
            `files`, except `request` and
            `self`, which crash the server. Deletion jobs (`delete`) are no longer supported: 405
            unless null.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | SubmissionResult | str]
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
    body: Submission,
) -> Error | SubmissionResult | str | None:
    """Submit a job

     Callers with level `transfer`. With a certificate, a delegated credential with at least one hour
    left
    is needed (419 otherwise). The answer is 200 and the id of the new job; a refused job leaves nothing
    behind.

    The checks come in this order: identity (403), JSON object (400), delegation (419), deletion (405),
    the rules of the schema (400), banned storages (403), the id (409).

    A plain submit must not be repeated blindly: the first attempt may have made a job. With
    `id_generator: deterministic` and a `sid` the client can work the job id out, and a repetition is
    answered 409.

    Args:
        body (Submission): A job to submit. Unknown members are ignored here, in `params` and in
            `files`, except `request` and
            `self`, which crash the server. Deletion jobs (`delete`) are no longer supported: 405
            unless null.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | SubmissionResult | str
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: Submission,
) -> Response[Error | SubmissionResult | str]:
    """Submit a job

     Callers with level `transfer`. With a certificate, a delegated credential with at least one hour
    left
    is needed (419 otherwise). The answer is 200 and the id of the new job; a refused job leaves nothing
    behind.

    The checks come in this order: identity (403), JSON object (400), delegation (419), deletion (405),
    the rules of the schema (400), banned storages (403), the id (409).

    A plain submit must not be repeated blindly: the first attempt may have made a job. With
    `id_generator: deterministic` and a `sid` the client can work the job id out, and a repetition is
    answered 409.

    Args:
        body (Submission): A job to submit. Unknown members are ignored here, in `params` and in
            `files`, except `request` and
            `self`, which crash the server. Deletion jobs (`delete`) are no longer supported: 405
            unless null.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | SubmissionResult | str]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: Submission,
) -> Error | SubmissionResult | str | None:
    """Submit a job

     Callers with level `transfer`. With a certificate, a delegated credential with at least one hour
    left
    is needed (419 otherwise). The answer is 200 and the id of the new job; a refused job leaves nothing
    behind.

    The checks come in this order: identity (403), JSON object (400), delegation (419), deletion (405),
    the rules of the schema (400), banned storages (403), the id (409).

    A plain submit must not be repeated blindly: the first attempt may have made a job. With
    `id_generator: deterministic` and a `sid` the client can work the job id out, and a repetition is
    answered 409.

    Args:
        body (Submission): A job to submit. Unknown members are ignored here, in `params` and in
            `files`, except `request` and
            `self`, which crash the server. Deletion jobs (`delete`) are no longer supported: 405
            unless null.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | SubmissionResult | str
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
