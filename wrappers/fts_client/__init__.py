"""Client of CERN's File Transfer Service (FTS3): typed, synchronous and asynchronous.

Names are loaded when they are first used, so that importing this package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from fts_client._version import __version__

if TYPE_CHECKING:
    from fts_client.async_client import AsyncFTSClient
    from fts_client.client import FTSClient
    from fts_client.client_pool import ClientPool
    from fts_client.credentials import Credential, TokenCredential, X509Credential
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
    from fts_client.jobs.transfer_files import read_transfers
    from fts_client.models import (
        BannedDn,
        BannedSe,
        BulkFailure,
        BulkResult,
        CancelCounts,
        DelegationInfo,
        File,
        FileSelection,
        JobChange,
        JobRecord,
        JobStatus,
        ModifiedJob,
        SeEntry,
        ServerInfo,
        SubmitOutcome,
        Whoami,
    )
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
    "ClientPool",
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
    "FileSelection",
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
    "read_transfers",
    "record_exchanges",
]

# Names that are not listed here are those of `fts_client.errors` and `fts_client.models`.
_HOMES = {
    "async_client": "AsyncFTSClient",
    "client": "FTSClient",
    "client_pool": "ClientPool",
    "credentials": "Credential TokenCredential X509Credential",
    "jobs": "UNSET Job JobParams Transfer",
    "jobs.transfer_files": "read_transfers",
    "exchanges": "Exchange record_exchanges",
    "retry": "RetryPolicy",
    "timeouts": "Timeouts",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """Load a public name at its first use (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOME_OF.get(name, "errors" if name.endswith("Error") else "models")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
