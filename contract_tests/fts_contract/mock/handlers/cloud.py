"""`/cs/*`: access of users to cloud storages, as on a server that cannot reach them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fts_contract.mock.errors import APIError, bad_request, forbidden
from fts_contract.mock.exchange import NO_CONTENT, Call, Reply, json_reply

if TYPE_CHECKING:
    from fts_contract.mock.cloud_accounts import CloudUser
    from fts_contract.mock.identity import Identity

_UNAUTHORIZED: Final = (
    "The server could not verify that you are authorized to access the URL requested. You either supplied the "
    "wrong credentials (e.g. a bad password), or your browser doesn't understand how to supply the credentials "
    "required."
)
_KNOWN: Final = "DROPBOX"


def need_known_caller(identity: Identity) -> None:
    """Refuse anonymous callers, also for OPTIONS.

    Raises:
        APIError: 401.

    Source: observed on FTS 3.13.4.
    """
    if identity.caller.is_anonymous:
        raise APIError(401, _UNAUTHORIZED)


def _service(call: Call) -> str:
    """Check caller and service.

    Raises:
        APIError: 401 for anonymous callers, the only place with this status; 404 for an unknown service, where
            FTS 3.13.4 answers 500.
    """
    need_known_caller(call.identity)
    service = call.params["service"].upper()
    if service != _KNOWN:
        raise APIError(404, f'Unknown service "{service}"')
    return service


def _user(call: Call, service: str) -> CloudUser | None:
    storage = call.state.config.clouds.find(service)
    if storage is None:
        return None
    return storage.users.get((call.caller.user_dn, ""))


def _unregistered(service: str) -> str:
    return f'No registered user for the service "{service}" has been found'


def is_registered(call: Call) -> Reply:
    """Whether the caller has an access token, as a bare boolean."""
    user = _user(call, _service(call))
    return json_reply(user is not None and bool(user.access_token))


def get_access_request(call: Call) -> Reply:
    """The name of the service when access was asked for."""
    service = _service(call)
    user = _user(call, service)
    if user is None or not (user.request_token or user.access_token):
        raise APIError(404, _unregistered(service))
    return json_reply(service)


def start_access_request(call: Call) -> Reply:
    """Ask the service for access.

    Raises:
        APIError: 403 without a registered application; 503 with one, because the mock reaches no cloud.
    """
    service = _service(call)
    if call.state.config.clouds.find(service) is None:
        raise forbidden(f"No registration information found for the service {service}")
    raise APIError(503, f"The service {service} cannot be reached")


def get_access_grant(call: Call) -> Reply:
    """Fetch the access token from the service.

    Raises:
        APIError: 400 when access was not asked for; 503 otherwise, because the mock reaches no cloud.
    """
    service = _service(call)
    user = _user(call, service)
    if user is None or not user.request_token:
        raise bad_request(_unregistered(service))
    raise APIError(503, f"The service {service} cannot be reached")


def delete_access_grant(call: Call) -> Reply:
    """Forget the access token of the caller."""
    service = _service(call)
    storage = call.state.config.clouds.find(service)
    if storage is None or storage.users.pop((call.caller.user_dn, ""), None) is None:
        raise APIError(404, _unregistered(service))
    return NO_CONTENT


def use_cloud(call: Call) -> Reply:
    """Read from the service: 403 on an instance without it, where FTS 3.13.4 always answers 500."""
    service = _service(call)
    raise forbidden(f"No registration information found for the service {service}")
