"""`/config/cloud_storage`: cloud storages and the keys of their users."""

from __future__ import annotations

import json
from typing import Any, Final

import attrs

from fts_contract.mock.cloud_accounts import CloudStorage, CloudUser
from fts_contract.mock.collation import collated
from fts_contract.mock.errors import APIError, bad_request
from fts_contract.mock.exchange import HTML, NO_CONTENT, Call, Reply, json_reply
from fts_contract.mock.fields import column, driver_text, latin1
from fts_contract.mock.pages import negotiated

_LONGEST_KEY: Final = 255
_KEYS: Final = (
    "access_key",
    "access_token",
    "secret_key",
    "access_token_secret",
    "request_token",
    "request_token_secret",
)
_LONGEST_NAME: Final = 150
_LONGEST_URL: Final = 1024
_LONGEST_DN: Final = 700
_LONGEST_VO: Final = 100


def _optional(body: dict[str, Any], name: str, *, longest: int = _LONGEST_KEY) -> str | None:
    return driver_text(body.get(name), name=name, longest=longest)


def _users(storage: CloudStorage) -> list[dict[str, Any]]:
    return [
        {"storage_name": storage.storage_name, **attrs.asdict(user)}
        for _, user in sorted(storage.users.items())
    ]


def _storage(call: Call) -> CloudStorage:
    storage = call.state.config.clouds.find(
        latin1(call.params["storage_name"], name="storage_name")
    )
    if storage is None:
        raise APIError(404, "The storage does not exist")
    return storage


def list_cloud_storages(call: Call) -> Reply:
    """Every cloud storage with its users, secrets included."""
    call.need("config", certificate=True)
    found = [
        {**attrs.asdict(storage, filter=attrs.filters.exclude("users")), "users": _users(storage)}
        for storage in call.state.config.clouds.all()
    ]
    return negotiated(call, found, title="FTS3 - Cloud storage configuration")


def set_cloud_storage(call: Call) -> Reply:
    """Register a cloud storage; fields left out become null.

    Source: observed on FTS 3.13.4. The reference announces the length of the name and cuts the body off;
    the mock sends all of it.
    """
    call.need("config", certificate=True)
    body = call.json_object()
    if "storage_name" not in body:
        raise bad_request("Missing storage name")
    name = column(body["storage_name"], name="storage_name", longest=_LONGEST_NAME)
    call.state.config.clouds.put(
        CloudStorage(
            storage_name=name,
            app_key=_optional(body, "app_key"),
            app_secret=_optional(body, "app_secret"),
            service_api_url=_optional(body, "service_api_url", longest=_LONGEST_URL),
        )
    )
    return Reply(status=201, body=name.encode(), content_type=HTML)


def list_cloud_storage_users(call: Call) -> Reply:
    """The users of a cloud storage, keys included."""
    call.need("config", certificate=True)
    return json_reply(_users(_storage(call)))


def set_cloud_storage_user(call: Call) -> Reply:
    """Give a user or a VO keys, replacing earlier ones."""
    call.need("config", certificate=True)
    storage = _storage(call)
    body = call.json_object()
    if not body.get("user_dn") and not body.get("vo_name"):
        raise bad_request("One of user_dn or vo_name must be specified")
    if body.get("user_dn") and body.get("vo_name"):
        raise bad_request("Only one of user_dn or vo_name must be specified")
    key = "access_key" if "access_key" in body else "access_token"
    secret = "secret_key" if "secret_key" in body else "access_token_secret"
    # Fields that do not count are read as well, so that a wrong type is refused everywhere.
    keys = {name: _optional(body, name) for name in _KEYS}
    user = CloudUser(
        user_dn=column(body.get("user_dn", ""), name="user_dn", longest=_LONGEST_DN),
        vo_name=column(body.get("vo_name", ""), name="vo_name", longest=_LONGEST_VO),
        access_token=keys[key],
        access_token_secret=keys[secret],
        request_token=keys["request_token"],
        request_token_secret=keys["request_token_secret"],
    )
    call.state.config.clouds.put_user(storage.storage_name, user)
    answer = {
        "storage_name": storage.storage_name,
        "user_dn": user.user_dn,
        "vo_name": user.vo_name,
    }
    return Reply(status=201, body=json.dumps(answer).encode(), content_type=HTML)


def delete_cloud_storage(call: Call) -> Reply:
    """Forget a cloud storage and its users."""
    call.need("config", certificate=True)
    call.state.config.clouds.remove(_storage(call).storage_name)
    return NO_CONTENT


def delete_cloud_storage_user(call: Call) -> Reply:
    """Forget the keys of a VO, or of a user whose name has no slash; also 204 when there were none."""
    call.need("config", certificate=True)
    users = _storage(call).users
    who = call.params["id"]
    for key in ((who, ""), ("", collated(who))):
        users.pop(key, None)
    return NO_CONTENT
