"""Delegation of a proxy to the server: rules, procedure, and what is remembered of it."""

from fts_client.delegation.rules import (
    DEFAULT_LIFETIME,
    DEFAULT_RENEW_BELOW,
    delegation_id,
    renewal_due,
    sign_request,
)

__all__ = [
    "DEFAULT_LIFETIME",
    "DEFAULT_RENEW_BELOW",
    "delegation_id",
    "renewal_due",
    "sign_request",
]
