"""The generated models that are public here, each under the name by which this package shows it."""

from __future__ import annotations

from fts_api.models import (
    BannedDn,
    BannedSe,
    CancelCounts,
    File,
    JobChange,
    JobStatus,
    ModifiedJob,
    SeEntry,
    ServerInfo,
    Whoami,
)
from fts_api.models import Job as JobRecord

__all__ = [
    "BannedDn",
    "BannedSe",
    "CancelCounts",
    "File",
    "JobChange",
    "JobRecord",
    "JobStatus",
    "ModifiedJob",
    "SeEntry",
    "ServerInfo",
    "Whoami",
]
