"""Bearer tokens: the public names of `fts_client.credentials.token`."""

from fts_client.credentials.token import TokenCredential, token_expiry

__all__ = ["TokenCredential", "token_expiry"]
