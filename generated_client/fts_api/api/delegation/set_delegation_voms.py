from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...types import Response


def _get_kwargs(
    delegation_id: str,
    *,
    body: list[str],
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/delegation/{delegation_id}/voms".format(
            delegation_id=quote(str(delegation_id), safe=""),
        ),
    }

    _kwargs["json"] = body

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | str | None:
    if response.status_code == 203:
        response_203 = response.text
        return response_203

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

    if response.status_code == 424:
        response_424 = Error.from_dict(response.json())

        return response_424

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
) -> Response[Error | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    delegation_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: list[str],
) -> Response[Error | str]:
    """Add VOMS attributes to the delegated proxy

     For the owner of the delegation, with a certificate. The server runs the VOMS client on the
    delegated proxy and keeps the new one; `GET /delegation/{delegation_id}` then shows the list that
    was asked for. Success is **203**. When the VOMS client fails, which it also does for an empty
    list, the answer is 424 with its whole output. Without any delegated credential 500, with one
    that has ended 403. The content type is not looked at.

    Args:
        delegation_id (str): Names the caller's delegated credential: the first 16 hexadecimal
            digits of the SHA-1 of the
            user's DN followed by all FQANs (tokens: issuer followed by subject).
        body (list[str]): What to ask the VOMS servers for, in this order.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | str]
    """

    kwargs = _get_kwargs(
        delegation_id=delegation_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.read_answer(_build_response, response)


def sync(
    delegation_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: list[str],
) -> Error | str | None:
    """Add VOMS attributes to the delegated proxy

     For the owner of the delegation, with a certificate. The server runs the VOMS client on the
    delegated proxy and keeps the new one; `GET /delegation/{delegation_id}` then shows the list that
    was asked for. Success is **203**. When the VOMS client fails, which it also does for an empty
    list, the answer is 424 with its whole output. Without any delegated credential 500, with one
    that has ended 403. The content type is not looked at.

    Args:
        delegation_id (str): Names the caller's delegated credential: the first 16 hexadecimal
            digits of the SHA-1 of the
            user's DN followed by all FQANs (tokens: issuer followed by subject).
        body (list[str]): What to ask the VOMS servers for, in this order.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | str
    """

    return sync_detailed(
        delegation_id=delegation_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    delegation_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: list[str],
) -> Response[Error | str]:
    """Add VOMS attributes to the delegated proxy

     For the owner of the delegation, with a certificate. The server runs the VOMS client on the
    delegated proxy and keeps the new one; `GET /delegation/{delegation_id}` then shows the list that
    was asked for. Success is **203**. When the VOMS client fails, which it also does for an empty
    list, the answer is 424 with its whole output. Without any delegated credential 500, with one
    that has ended 403. The content type is not looked at.

    Args:
        delegation_id (str): Names the caller's delegated credential: the first 16 hexadecimal
            digits of the SHA-1 of the
            user's DN followed by all FQANs (tokens: issuer followed by subject).
        body (list[str]): What to ask the VOMS servers for, in this order.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | str]
    """

    kwargs = _get_kwargs(
        delegation_id=delegation_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    delegation_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: list[str],
) -> Error | str | None:
    """Add VOMS attributes to the delegated proxy

     For the owner of the delegation, with a certificate. The server runs the VOMS client on the
    delegated proxy and keeps the new one; `GET /delegation/{delegation_id}` then shows the list that
    was asked for. Success is **203**. When the VOMS client fails, which it also does for an empty
    list, the answer is 424 with its whole output. Without any delegated credential 500, with one
    that has ended 403. The content type is not looked at.

    Args:
        delegation_id (str): Names the caller's delegated credential: the first 16 hexadecimal
            digits of the SHA-1 of the
            user's DN followed by all FQANs (tokens: issuer followed by subject).
        body (list[str]): What to ask the VOMS servers for, in this order.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | str
    """

    return (
        await asyncio_detailed(
            delegation_id=delegation_id,
            client=client,
            body=body,
        )
    ).parsed
