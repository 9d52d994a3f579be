"""Cloud storages that are registered, and the keys of their users."""

from __future__ import annotations

import attrs

from fts_contract.mock.collation import collated


@attrs.frozen
class CloudUser:
    """The keys of a user or of a VO for a cloud storage; secrets stay out of the repr."""

    user_dn: str = ""
    vo_name: str = ""
    access_token: str | None = attrs.field(default=None, repr=False)
    access_token_secret: str | None = attrs.field(default=None, repr=False)
    request_token: str | None = attrs.field(default=None, repr=False)
    request_token_secret: str | None = attrs.field(default=None, repr=False)


@attrs.define(eq=False)
class CloudStorage:
    """A cloud storage.

    Attributes:
        storage_name: Its name.
        app_key: Key of the application, or None.
        app_secret: Its secret, or None.
        service_api_url: Where the service is, or None.
        users: Keys by (DN, VO).
    """

    storage_name: str
    app_key: str | None = None
    app_secret: str | None = attrs.field(default=None, repr=False)
    service_api_url: str | None = None
    users: dict[tuple[str, str], CloudUser] = attrs.Factory(dict)


class CloudStorages:
    """Cloud storages by name, without regard to case."""

    def __init__(self) -> None:
        self._storages: dict[str, CloudStorage] = {}

    def all(self) -> list[CloudStorage]:
        """Every storage by name."""
        return [storage for _, storage in sorted(self._storages.items())]

    def find(self, name: str) -> CloudStorage | None:
        """Find a storage."""
        return self._storages.get(collated(name))

    def put(self, storage: CloudStorage) -> None:
        """Register a storage; users of an earlier one of this name stay."""
        known = self.find(storage.storage_name)
        if known is not None:
            storage.users = known.users
        self._storages[collated(storage.storage_name)] = storage

    def remove(self, name: str) -> None:
        """Forget a storage and its users, if it is registered."""
        self._storages.pop(collated(name), None)

    def put_user(self, name: str, user: CloudUser) -> None:
        """Give a user of a registered storage keys, replacing earlier ones."""
        self._storages[collated(name)].users[user.user_dn, collated(user.vo_name)] = user
