from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.set_link_request import SetLinkRequest
from ...types import Response


def _get_kwargs(
    *,
    body: SetLinkRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/config/links",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | str | None:
    if response.status_code == 201:
        response_201 = response.text
        return response_201

    if response.status_code == 400:
        response_400 = Error.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Error.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Error.from_dict(response.json())

        return response_403

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
) -> Response[Error | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SetLinkRequest,
) -> Response[Error | str]:
    """Configure a link, or change its configuration

     Level `config`. **`source` and `destination` left out mean `*`: a request without both changes the
    link
    from anywhere to anywhere, the default of the whole server.** That link is there from the start; a
    later
    `DELETE /config/links/{symbolicname}` by the name given removes it.

    A known symbolic name is changed, with **201** as well: fields left out keep
    their values, but the comparison of `min_active` and `max_active` takes 2 for one left out
    (`max_active: 1` alone is 400). The pair of source and destination is the key: a new name for a
    known pair replaces the old name. When the database refuses a change of a known link (another
    link has the pair, a number above 32 bits, an end outside Latin-1) the answer is 201 with the old
    values and nothing is stored. Form bodies work too, with query parameters counting as fields.

    Args:
        body (SetLinkRequest): Limits of a link. `max_active` must not be below `min_active`, 2
            standing for the one left out.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | str]
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
    body: SetLinkRequest,
) -> Error | str | None:
    """Configure a link, or change its configuration

     Level `config`. **`source` and `destination` left out mean `*`: a request without both changes the
    link
    from anywhere to anywhere, the default of the whole server.** That link is there from the start; a
    later
    `DELETE /config/links/{symbolicname}` by the name given removes it.

    A known symbolic name is changed, with **201** as well: fields left out keep
    their values, but the comparison of `min_active` and `max_active` takes 2 for one left out
    (`max_active: 1` alone is 400). The pair of source and destination is the key: a new name for a
    known pair replaces the old name. When the database refuses a change of a known link (another
    link has the pair, a number above 32 bits, an end outside Latin-1) the answer is 201 with the old
    values and nothing is stored. Form bodies work too, with query parameters counting as fields.

    Args:
        body (SetLinkRequest): Limits of a link. `max_active` must not be below `min_active`, 2
            standing for the one left out.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | str
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SetLinkRequest,
) -> Response[Error | str]:
    """Configure a link, or change its configuration

     Level `config`. **`source` and `destination` left out mean `*`: a request without both changes the
    link
    from anywhere to anywhere, the default of the whole server.** That link is there from the start; a
    later
    `DELETE /config/links/{symbolicname}` by the name given removes it.

    A known symbolic name is changed, with **201** as well: fields left out keep
    their values, but the comparison of `min_active` and `max_active` takes 2 for one left out
    (`max_active: 1` alone is 400). The pair of source and destination is the key: a new name for a
    known pair replaces the old name. When the database refuses a change of a known link (another
    link has the pair, a number above 32 bits, an end outside Latin-1) the answer is 201 with the old
    values and nothing is stored. Form bodies work too, with query parameters counting as fields.

    Args:
        body (SetLinkRequest): Limits of a link. `max_active` must not be below `min_active`, 2
            standing for the one left out.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | str]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.read_answer(_build_response, response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: SetLinkRequest,
) -> Error | str | None:
    """Configure a link, or change its configuration

     Level `config`. **`source` and `destination` left out mean `*`: a request without both changes the
    link
    from anywhere to anywhere, the default of the whole server.** That link is there from the start; a
    later
    `DELETE /config/links/{symbolicname}` by the name given removes it.

    A known symbolic name is changed, with **201** as well: fields left out keep
    their values, but the comparison of `min_active` and `max_active` takes 2 for one left out
    (`max_active: 1` alone is 400). The pair of source and destination is the key: a new name for a
    known pair replaces the old name. When the database refuses a change of a known link (another
    link has the pair, a number above 32 bits, an end outside Latin-1) the answer is 201 with the old
    values and nothing is stored. Form bodies work too, with query parameters counting as fields.

    Args:
        body (SetLinkRequest): Limits of a link. `max_active` must not be below `min_active`, 2
            standing for the one left out.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | str
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
