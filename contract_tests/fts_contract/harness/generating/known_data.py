"""What a run knows about the server's data before it generates requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from fts_contract.harness.server import Identity

__all__ = ["KnownData"]


@attrs.frozen(kw_only=True)
class KnownData:
    """Data of the server that exist, for requests to refer to.

    Attributes:
        identity: The caller.
        job_ids: Jobs that the caller may read.
        own_job_ids: Jobs that this run submitted.
        file_ids: File ids of one of these jobs.
        storages: Storages that its jobs or files use.
        dest_surls: Destinations of its files.
        hosts: Hosts of the server, if the caller may see them.
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
