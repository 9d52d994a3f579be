"""Client of CERN's File Transfer Service (FTS3): typed, synchronous and asynchronous.

Names are loaded when they are first used, so that importing this package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from fts_client._version import __version__

if TYPE_CHECKING:
    from fts_client.answers import (
        BannedDn,
        BannedSe,
        CancelCounts,
        File,
        JobChange,
        JobRecord,
        JobStatus,
        ModifiedJob,
        SeEntry,
        ServerInfo,
        Whoami,
    )
    from fts_client.async_client import AsyncFTSClient
    from fts_client.client import FTSClient
    from fts_client.credentials.x509 import Credential, TokenCredential, X509Credential
    from fts_client.errors import (
        AuthenticationError,
        BadRequestError,
        ConflictError,
        CredentialError,
        CredentialExpiredError,
        CredentialFormatError,
        CredentialNotFoundError,
        CredentialPermissionError,
        DelegationError,
        FailedDependencyError,
        FTSAPIError,
        FTSConnectionError,
        FTSError,
        FTSResponseError,
        FTSTimeoutError,
        FTSUsageError,
        IdentityChangedError,
        MethodNotAllowedError,
        NeedDelegationError,
        NotFoundError,
        PartialFailureError,
        PermissionDeniedError,
        ServerError,
        ServiceUnavailableError,
    )
    from fts_client.exchanges import Exchange, record_exchanges
    from fts_client.jobs import UNSET, Job, JobParams, Transfer
    from fts_client.models import BulkFailure, BulkResult, DelegationInfo, SubmitOutcome
    from fts_client.retry import RetryPolicy
    from fts_client.timeouts import Timeouts

__all__ = [
    "UNSET",
    "AsyncFTSClient",
    "AuthenticationError",
    "BadRequestError",
    "BannedDn",
    "BannedSe",
    "BulkFailure",
    "BulkResult",
    "CancelCounts",
    "ConflictError",
    "Credential",
    "CredentialError",
    "CredentialExpiredError",
    "CredentialFormatError",
    "CredentialNotFoundError",
    "CredentialPermissionError",
    "DelegationError",
    "DelegationInfo",
    "Exchange",
    "FTSAPIError",
    "FTSClient",
    "FTSConnectionError",
    "FTSError",
    "FTSResponseError",
    "FTSTimeoutError",
    "FTSUsageError",
    "FailedDependencyError",
    "File",
    "IdentityChangedError",
    "Job",
    "JobChange",
    "JobParams",
    "JobRecord",
    "JobStatus",
    "MethodNotAllowedError",
    "ModifiedJob",
    "NeedDelegationError",
    "NotFoundError",
    "PartialFailureError",
    "PermissionDeniedError",
    "RetryPolicy",
    "SeEntry",
    "ServerError",
    "ServerInfo",
    "ServiceUnavailableError",
    "SubmitOutcome",
    "Timeouts",
    "TokenCredential",
    "Transfer",
    "Whoami",
    "X509Credential",
    "__version__",
    "record_exchanges",
]

_HOMES = {
    "fts_client.async_client": ("AsyncFTSClient",),
    "fts_client.client": ("FTSClient",),
    "fts_client.credentials.x509": ("Credential", "TokenCredential", "X509Credential"),
    "fts_client.jobs": ("UNSET", "Job", "JobParams", "Transfer"),
    "fts_client.models": ("BulkFailure", "BulkResult", "DelegationInfo", "SubmitOutcome"),
    "fts_client.exchanges": ("Exchange", "record_exchanges"),
    "fts_client.retry": ("RetryPolicy",),
    "fts_client.timeouts": ("Timeouts",),
    "fts_client.answers": (
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
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load a public name at its first use (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF.get(name, "fts_client.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
