"""Create, inspect and sign RFC 3820 proxies."""

from fts_client.credentials.chain import CredentialInfo, inspect_chain
from fts_client.credentials.proxy import MIN_KEY_BITS, create_proxy, sign_request
from fts_client.credentials.proxy_kind import ProxyKind, ProxyMark, proxy_mark

__all__ = [
    "MIN_KEY_BITS",
    "CredentialInfo",
    "ProxyKind",
    "ProxyMark",
    "create_proxy",
    "inspect_chain",
    "proxy_mark",
    "sign_request",
]
