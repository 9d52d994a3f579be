"""Whom we trust: CA certificates and revocation lists."""

from fts_client.trust.context import CrlCheck, client_context
from fts_client.trust.directory import find_ca_dir
from fts_client.trust.files import TrustFiles

__all__ = ["CrlCheck", "TrustFiles", "client_context", "find_ca_dir"]
