"""What a run knows about the server's data before it generates requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from fts_contract.harness.server import Identity

__all__ = ["KnownData"]


@attrs.frozen(kw_only=True)
class KnownData:
    """What the run knows about the server's data.

    Attributes:
        identity: The caller.
        job_ids: Jobs that the caller may read.
        own_job_ids: Jobs that this run submitted.
        file_ids: File ids of one of these jobs.
        storages: Names of storages that its jobs or files use.
        dest_surls: Where its files go.
        hosts: Hosts of the server, for callers who may see them.
        credential_pem: A proxy signed for the server's request, in profile full.
    """

    identity: Identity
    job_ids: tuple[str, ...] = ()
    own_job_ids: tuple[str, ...] = ()
    file_ids: tuple[int, ...] = ()
    storages: tuple[str, ...] = ()
    dest_surls: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    credential_pem: str | None = None
