"""Every error that `fts_client` raises.

The message of an error says what happened, where, with which credential, and what to do about it. Messages and attributes
never contain a private key or a token.
"""

from __future__ import annotations

from fts_client.errors.api import (
    STATUS_ERRORS,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    FailedDependencyError,
    FTSAPIError,
    MethodNotAllowedError,
    NeedDelegationError,
    NotFoundError,
    PermissionDeniedError,
    ServerError,
    ServiceUnavailableError,
    error_from_answer,
)
from fts_client.errors.base import (
    FTSError,
    FTSUsageError,
)
from fts_client.errors.connection import (
    FTSConnectionError,
    FTSResponseError,
    FTSTimeoutError,
    TimeoutPhase,
)
from fts_client.errors.credential import (
    CredentialError,
    CredentialExpiredError,
    CredentialFormatError,
    CredentialNotFoundError,
    CredentialPermissionError,
    SearchedPlace,
)
from fts_client.errors.procedure import (
    DelegationError,
    DelegationStep,
    PartialFailureError,
)

__all__ = [
    "STATUS_ERRORS",
    "AuthenticationError",
    "BadRequestError",
    "ConflictError",
    "CredentialError",
    "CredentialExpiredError",
    "CredentialFormatError",
    "CredentialNotFoundError",
    "CredentialPermissionError",
    "DelegationError",
    "DelegationStep",
    "FTSAPIError",
    "FTSConnectionError",
    "FTSError",
    "FTSResponseError",
    "FTSTimeoutError",
    "FTSUsageError",
    "FailedDependencyError",
    "MethodNotAllowedError",
    "NeedDelegationError",
    "NotFoundError",
    "PartialFailureError",
    "PermissionDeniedError",
    "SearchedPlace",
    "ServerError",
    "ServiceUnavailableError",
    "TimeoutPhase",
    "error_from_answer",
]

# Tracebacks show the name by which an error is imported.
for _error in list(globals().values()):
    if isinstance(_error, type) and issubclass(_error, FTSError):
        _error.__module__ = __name__
del _error
