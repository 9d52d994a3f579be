"""Modules that programs import by name keep every public name, wherever the code behind them lives."""

from __future__ import annotations

from importlib import import_module

import pytest

import fts_client

NAMES = {
    "proxy": "MIN_KEY_BITS CredentialInfo ProxyKind ProxyMark create_proxy inspect_chain proxy_mark sign_request",
    "credentials": "Credential Passphrase TokenCredential X509Credential find_credential",
    "trust": "CrlCheck client_context find_ca_dir",
    "delegation": "DEFAULT_LIFETIME DEFAULT_RENEW_BELOW delegation_id renewal_due sign_request",
    "tokens": "TokenCredential token_expiry",
    "errors": "STATUS_ERRORS AuthenticationError BadRequestError ConflictError CredentialError CredentialExpiredError "
    "CredentialFormatError CredentialNotFoundError CredentialPermissionError DelegationError DelegationStep FTSAPIError "
    "FTSConnectionError FTSError FTSResponseError FTSTimeoutError FTSUsageError FailedDependencyError "
    "MethodNotAllowedError NeedDelegationError NotFoundError PartialFailureError PermissionDeniedError SearchedPlace "
    "ServerError ServiceUnavailableError TimeoutPhase error_from_answer",
    "states": "ACTIVE_JOB_STATES CANCELLABLE_FILE_STATES TERMINAL_FILE_STATES TERMINAL_JOB_STATES WAITING_FILE_STATES "
    "is_terminal is_terminal_file",
    "timestamps": "format_timestamp parse_timestamp",
    "retry": "SAFE_METHODS FailureKind RetryPolicy is_repeatable plan_retries",
    "timeouts": "Timeouts",
    "exchanges": "Exchange NotSentError record_exchanges rehearse rehearsing watch_exchanges",
    "models": "BulkFailure BulkResult DelegationInfo SubmitOutcome",
    "jobs": "UNSET Job JobParams Transfer Unset",
}


@pytest.mark.parametrize("name", NAMES)
def test_module_has_every_public_name_that_programs_import(name: str) -> None:
    module = import_module(f"fts_client.{name}")
    names = set(NAMES[name].split())
    assert {item for item in names if not hasattr(module, item)} == set()
    assert names <= set(module.__all__)


def test_names_of_the_package_are_those_of_its_modules() -> None:
    for name, names in NAMES.items():
        module = import_module(f"fts_client.{name}")
        for item in set(names.split()) & set(fts_client.__all__):
            assert getattr(fts_client, item) is getattr(module, item)
