"""The methods for administrators, of both clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeVar

from fts_client.procedures import administration as _administering

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fts_client.answers import BannedDn, BannedSe, SeEntry
    from fts_client.procedures.driver import Flow

__all__ = ["Administration", "AsyncAdministration"]

T = TypeVar("T")


class Administration:
    """What administrators can do with an `FTSClient`."""

    if TYPE_CHECKING:

        def _run(self, flow: Flow[T]) -> T: ...

    def ban_se(
        self,
        storage: str,
        *,
        status: Literal["cancel", "wait"] = "cancel",
        allow_submit: bool = False,
        message: str = "",
    ) -> list[str]:
        """Ban a storage for the first VO of the caller.

        Args:
            storage: Usually `scheme://host`, as in `source_se`.
            status: "cancel": its unfinished files are cancelled; "wait": those that have not started are held until the ban ends.
            allow_submit: True: new transfers are accepted and held. Only with "wait".
            message: Why, at most 256 characters.

        Returns:
            Ids of the jobs affected.

        Raises:
            PermissionDeniedError: We may not.
            FTSUsageError: `allow_submit` with "cancel", or another status.

        Source: observed on FTS 3.13.4 (recordings of POST /ban/se).
        """
        return self._run(
            _administering.ban_se(
                storage, status=status, allow_submit=allow_submit, message=message
            )
        )

    def unban_se(self, storage: str) -> None:
        """End the ban of a storage; held files go on, cancelled ones do not come back.

        Args:
            storage: As it was banned; a storage that is not banned is no error.

        Raises:
            PermissionDeniedError: We may not.
        """
        self._run(_administering.unban_se(storage))

    def list_banned_se(self) -> list[BannedSe]:
        """List the banned storages of all VOs.

        Returns:
            The bans.

        Raises:
            PermissionDeniedError: We may not see them.
        """
        return self._run(_administering.list_banned_se())

    def ban_dn(self, user_dn: str, *, message: str = "") -> list[str]:
        """Ban a user: unfinished jobs are cancelled, and every request of the user is refused.

        Args:
            user_dn: DN of the user.
            message: Why, at most 256 characters.

        Returns:
            Ids of the jobs cancelled.

        Raises:
            PermissionDeniedError: We may not.
            ConflictError: It is our own DN.

        Source: observed on FTS 3.13.4 (recordings of POST /ban/dn).
        """
        return self._run(_administering.ban_dn(user_dn, message=message))

    def unban_dn(self, user_dn: str) -> None:
        """End the ban of a user.

        Args:
            user_dn: DN of the user; one that is not banned is no error.

        Raises:
            PermissionDeniedError: We may not.
        """
        self._run(_administering.unban_dn(user_dn))

    def list_banned_dn(self) -> list[BannedDn]:
        """List the banned users.

        Returns:
            The bans.

        Raises:
            PermissionDeniedError: We may not see them.
        """
        return self._run(_administering.list_banned_dn())

    def get_se_config(self, storage: str | None = None) -> dict[str, SeEntry]:
        """Ask what is configured for storages.

        Args:
            storage: `scheme://host`; None for all.

        Returns:
            Limits by storage; a storage for which nothing is configured is absent.

        Raises:
            PermissionDeniedError: We may not see them.
        """
        return self._run(_administering.get_se_config(storage))

    def set_se_config(self, config: Mapping[str, SeEntry | Mapping[str, Any]]) -> None:
        """Set limits of storages; limits that are not named stay as they are.

        Args:
            config: By storage (`scheme://host`): `se_info` with `inbound_max_active`, `outbound_max_active` (transfers),
                `inbound_max_throughput`, `outbound_max_throughput` (MB/s) and others; `operations` with the greatest number
                of "staging" or "delete" requests by VO. One storage may be given as `get_se_config` returned it.

        Raises:
            PermissionDeniedError: We may not.
            BadRequestError: A limit that the server does not know.

        Source: observed on FTS 3.13.4 (recordings of POST /config/se).
        """
        self._run(_administering.set_se_config(config))


class AsyncAdministration:
    """What administrators can do with an `AsyncFTSClient`."""

    if TYPE_CHECKING:

        async def _run(self, flow: Flow[T]) -> T: ...

    async def ban_se(
        self,
        storage: str,
        *,
        status: Literal["cancel", "wait"] = "cancel",
        allow_submit: bool = False,
        message: str = "",
    ) -> list[str]:
        """Ban a storage for the first VO of the caller.

        Args:
            storage: Usually `scheme://host`, as in `source_se`.
            status: "cancel": its unfinished files are cancelled; "wait": those that have not started are held until the ban ends.
            allow_submit: True: new transfers are accepted and held. Only with "wait".
            message: Why, at most 256 characters.

        Returns:
            Ids of the jobs affected.

        Raises:
            PermissionDeniedError: We may not.
            FTSUsageError: `allow_submit` with "cancel", or another status.

        Source: observed on FTS 3.13.4 (recordings of POST /ban/se).
        """
        return await self._run(
            _administering.ban_se(
                storage, status=status, allow_submit=allow_submit, message=message
            )
        )

    async def unban_se(self, storage: str) -> None:
        """End the ban of a storage; held files go on, cancelled ones do not come back.

        Args:
            storage: As it was banned; a storage that is not banned is no error.

        Raises:
            PermissionDeniedError: We may not.
        """
        await self._run(_administering.unban_se(storage))

    async def list_banned_se(self) -> list[BannedSe]:
        """List the banned storages of all VOs.

        Returns:
            The bans.

        Raises:
            PermissionDeniedError: We may not see them.
        """
        return await self._run(_administering.list_banned_se())

    async def ban_dn(self, user_dn: str, *, message: str = "") -> list[str]:
        """Ban a user: unfinished jobs are cancelled, and every request of the user is refused.

        Args:
            user_dn: DN of the user.
            message: Why, at most 256 characters.

        Returns:
            Ids of the jobs cancelled.

        Raises:
            PermissionDeniedError: We may not.
            ConflictError: It is our own DN.

        Source: observed on FTS 3.13.4 (recordings of POST /ban/dn).
        """
        return await self._run(_administering.ban_dn(user_dn, message=message))

    async def unban_dn(self, user_dn: str) -> None:
        """End the ban of a user.

        Args:
            user_dn: DN of the user; one that is not banned is no error.

        Raises:
            PermissionDeniedError: We may not.
        """
        await self._run(_administering.unban_dn(user_dn))

    async def list_banned_dn(self) -> list[BannedDn]:
        """List the banned users.

        Returns:
            The bans.

        Raises:
            PermissionDeniedError: We may not see them.
        """
        return await self._run(_administering.list_banned_dn())

    async def get_se_config(self, storage: str | None = None) -> dict[str, SeEntry]:
        """Ask what is configured for storages.

        Args:
            storage: `scheme://host`; None for all.

        Returns:
            Limits by storage; a storage for which nothing is configured is absent.

        Raises:
            PermissionDeniedError: We may not see them.
        """
        return await self._run(_administering.get_se_config(storage))

    async def set_se_config(self, config: Mapping[str, SeEntry | Mapping[str, Any]]) -> None:
        """Set limits of storages; limits that are not named stay as they are.

        Args:
            config: By storage (`scheme://host`): `se_info` with `inbound_max_active`, `outbound_max_active` (transfers),
                `inbound_max_throughput`, `outbound_max_throughput` (MB/s) and others; `operations` with the greatest number
                of "staging" or "delete" requests by VO. One storage may be given as `get_se_config` returned it.

        Raises:
            PermissionDeniedError: We may not.
            BadRequestError: A limit that the server does not know.

        Source: observed on FTS 3.13.4 (recordings of POST /config/se).
        """
        await self._run(_administering.set_se_config(config))
