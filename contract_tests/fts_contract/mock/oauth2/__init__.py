"""Bearer tokens: a test issuer, the tokens that the mock accepts, their users, and submissions with tokens.

Source: observed on FTS 3.13.4; recordings of oauth2-tokens.
"""

from __future__ import annotations

from fts_contract.mock.oauth2.issuer import AUDIENCE, Issuer
from fts_contract.mock.oauth2.service import OAuth2
from fts_contract.mock.oauth2.user import TokenUser

__all__ = ["AUDIENCE", "Issuer", "OAuth2", "TokenUser"]
