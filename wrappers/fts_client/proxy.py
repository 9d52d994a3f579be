"""Create, inspect and sign RFC 3820 proxies: the public names of `fts_client.credentials.proxy`."""

from fts_client.credentials.proxy import (
    MIN_KEY_BITS,
    CredentialInfo,
    ProxyKind,
    ProxyMark,
    create_proxy,
    inspect_chain,
    proxy_mark,
    sign_request,
)

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
