from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.delegated_credential import DelegatedCredential
from ...models.error import Error
from ...types import Response


def _get_kwargs(
    delegation_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/delegation/{delegation_id}".format(
            delegation_id=quote(str(delegation_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DelegatedCredential | list[str] | None | Error | str | None:
    if response.status_code == 200:

        def _parse_response_200(data: object) -> DelegatedCredential | list[str] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_200_type_0 = DelegatedCredential.from_dict(data)

                return response_200_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, list):
                    raise TypeError()
                response_200_type_1 = cast("list[str]", data)

                return response_200_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("DelegatedCredential | list[str] | None", data)

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
) -> Response[DelegatedCredential | list[str] | None | Error | str]:
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
) -> Response[DelegatedCredential | list[str] | None | Error | str]:
    """Get the end and the VOMS attributes of the delegated credential

     The caller's own id only; no certificate is asked for as such, but an anonymous caller has no id and
    gets 403. Nothing delegated is 200 with `null`, or with `[]` when the `User-Agent` matches
    `fts-<name>/X.Y` with X.Y of at least 3.12.

    Args:
        delegation_id (str): Names the caller's delegated credential: the first 16 hexadecimal
            digits of the SHA-1 of the
            user's DN followed by all FQANs (tokens: issuer followed by subject).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DelegatedCredential | list[str] | None | Error | str]
    """

    kwargs = _get_kwargs(
        delegation_id=delegation_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.read_answer(_build_response, response)


def sync(
    delegation_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> DelegatedCredential | list[str] | None | Error | str | None:
    """Get the end and the VOMS attributes of the delegated credential

     The caller's own id only; no certificate is asked for as such, but an anonymous caller has no id and
    gets 403. Nothing delegated is 200 with `null`, or with `[]` when the `User-Agent` matches
    `fts-<name>/X.Y` with X.Y of at least 3.12.

    Args:
        delegation_id (str): Names the caller's delegated credential: the first 16 hexadecimal
            digits of the SHA-1 of the
            user's DN followed by all FQANs (tokens: issuer followed by subject).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DelegatedCredential | list[str] | None | Error | str
    """

    return sync_detailed(
        delegation_id=delegation_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    delegation_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[DelegatedCredential | list[str] | None | Error | str]:
    """Get the end and the VOMS attributes of the delegated credential

     The caller's own id only; no certificate is asked for as such, but an anonymous caller has no id and
    gets 403. Nothing delegated is 200 with `null`, or with `[]` when the `User-Agent` matches
    `fts-<name>/X.Y` with X.Y of at least 3.12.

    Args:
        delegation_id (str): Names the caller's delegated credential: the first 16 hexadecimal
            digits of the SHA-1 of the
            user's DN followed by all FQANs (tokens: issuer followed by subject).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DelegatedCredential | list[str] | None | Error | str]
    """

    kwargs = _get_kwargs(
        delegation_id=delegation_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    delegation_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> DelegatedCredential | list[str] | None | Error | str | None:
    """Get the end and the VOMS attributes of the delegated credential

     The caller's own id only; no certificate is asked for as such, but an anonymous caller has no id and
    gets 403. Nothing delegated is 200 with `null`, or with `[]` when the `User-Agent` matches
    `fts-<name>/X.Y` with X.Y of at least 3.12.

    Args:
        delegation_id (str): Names the caller's delegated credential: the first 16 hexadecimal
            digits of the SHA-1 of the
            user's DN followed by all FQANs (tokens: issuer followed by subject).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DelegatedCredential | list[str] | None | Error | str
    """

    return (
        await asyncio_detailed(
            delegation_id=delegation_id,
            client=client,
        )
    ).parsed
