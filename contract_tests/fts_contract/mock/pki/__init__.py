"""A grid certification authority for tests: certificates, RFC 3820 proxies and VOMS attributes.

Made in memory in well under a second, so that no test has to switch verification off. The interface is
that of small test CAs (`CA.issue_cert`); what grids add is here as well: DNs, hashed CA
directories, proxies and attribute certificates.
"""

from __future__ import annotations

from fts_contract.mock.pki.authority import CA, Certified
from fts_contract.mock.pki.proxies import issue_proxy
from fts_contract.mock.pki.store import IDENTITIES, TestPKI, shared_pki
from fts_contract.mock.pki.voms import AttributeAuthority, read_fqans

__all__ = [
    "CA",
    "IDENTITIES",
    "AttributeAuthority",
    "Certified",
    "TestPKI",
    "issue_proxy",
    "read_fqans",
    "shared_pki",
]
