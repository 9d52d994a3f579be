"""Bearer tokens: where they come from, when they expire."""

from fts_client.credentials.token import TokenCredential, token_expiry

__all__ = ["TokenCredential", "token_expiry"]
