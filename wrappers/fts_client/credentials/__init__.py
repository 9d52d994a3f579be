"""Who we are: X.509 credentials, proxies, tokens, and where they are found.

Names are loaded when they are first used: the help pages of `fts` import this package and need no cryptography.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fts_client.credentials.token import TokenCredential
    from fts_client.credentials.x509 import Credential, Passphrase, X509Credential

__all__ = ["Credential", "Passphrase", "TokenCredential", "X509Credential"]


def __getattr__(name: str) -> Any:
    """Load a public name at its first use (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "token" if name == "TokenCredential" else "x509"
    return getattr(import_module(f"{__name__}.{home}"), name)
