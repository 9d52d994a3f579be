"""The generated models that are public here, each under the name by which this package shows it."""

from __future__ import annotations

from fts_api.models import File, JobChange, JobStatus, ModifiedJob, ServerInfo, Whoami
from fts_api.models import Job as JobRecord

__all__ = [
    "File",
    "JobChange",
    "JobRecord",
    "JobStatus",
    "ModifiedJob",
    "ServerInfo",
    "Whoami",
]
