"""Who we are: X.509 credentials, proxies, tokens, and where they are found."""

from fts_client.credentials.credential import Credential
from fts_client.credentials.discovery import find_credential
from fts_client.credentials.pem import Passphrase
from fts_client.credentials.token import TokenCredential
from fts_client.credentials.x509 import X509Credential

__all__ = ["Credential", "Passphrase", "TokenCredential", "X509Credential", "find_credential"]
