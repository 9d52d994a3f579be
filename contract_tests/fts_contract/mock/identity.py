"""Who is calling: from a verified certificate chain to DN, VOs, roles and levels."""

from __future__ import annotations

import functools
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import attrs
from cryptography.hazmat.primitives.asymmetric import rsa

from fts_contract.mock.oauth2.user import METHOD, TokenUser, short_hash
from fts_contract.mock.pki.certificates import load_certificate
from fts_contract.mock.pki.names import slash_form
from fts_contract.mock.pki.proxies import is_proxy
from fts_contract.mock.pki.voms import read_fqans
from fts_contract.mock.settings import (
    DEFAULTS,
    OPERATIONS,
    Settings,
    read_levels,
    read_role_levels,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography import x509

BASE_ID: Final = uuid.UUID("01874efb-4735-4595-bc9c-591aef8240c9")
_ALL_LEVELS: Final = dict.fromkeys(OPERATIONS, "all")


@attrs.frozen
class Caller:
    """The certificate part of a caller: what does not change while the connection lasts.

    Attributes:
        user_dn: DN of the end-entity certificate; `anon` without one.
        dns: That DN and the subject of each proxy level.
        fqans: VOMS attributes in their order.
        delegation_id: Sixteen hex digits; None without certificate.
        chain: The client's certificates without the CA, leaf first.
        host_dn: DN of the server's own certificate, which makes a caller root.
        token: What an accepted bearer token says; None for a caller without one. It hides the certificate.
    """

    user_dn: str
    dns: tuple[str, ...]
    fqans: tuple[str, ...] = ()
    delegation_id: str | None = None
    chain: tuple[x509.Certificate, ...] = attrs.field(default=(), repr=False)
    host_dn: str = ""
    token: TokenUser | None = None

    @property
    def is_anonymous(self) -> bool:
        """Whether there is no certificate."""
        return self.delegation_id is None

    @property
    def has_certificate(self) -> bool:
        """Whether the caller is known by a certificate."""
        return self.delegation_id is not None and self.token is None

    @property
    def method(self) -> str:
        """How the caller was authenticated: `certificate`, `oauth2` or `unauthenticated`."""
        if self.is_anonymous:
            return "unauthenticated"
        return "certificate" if self.token is None else METHOD

    @property
    def is_root(self) -> bool:
        """Whether the caller shows the server's own host certificate."""
        return self.has_certificate and self.user_dn == self.host_dn

    @property
    def roles(self) -> tuple[str, ...]:
        """Roles named in the attributes, NULL left out."""
        found = (part for fqan in self.fqans for part in fqan.split("/"))
        roles = (part.removeprefix("Role=") for part in found if part.startswith("Role="))
        return tuple(dict.fromkeys(role for role in roles if role != "NULL"))

    @property
    def leaf_bits(self) -> int:
        """Size of the client's RSA key, which the key of a delegation takes over; 2048 for other keys.

        Source: design rule of the mock; FTS 3.13.4 offers 576 bits to EC keys (recording request-ec).
        """
        if self.chain:
            key = self.chain[0].public_key()
            if isinstance(key, rsa.RSAPublicKey):
                return max(key.key_size, 2048)
        return 2048


ANONYMOUS: Final = Caller(user_dn="anon", dns=("anon",))


@attrs.frozen
class Identity:
    """A caller together with what the state of the server adds: VO mapping and granted levels.

    Attributes:
        caller: The certificate part.
        vos: The VOs, first one first; the delegation id itself for a caller without attributes.
        level: Operation to "all", "vo", or "" for the caller's own resources only.
        shown_level: The same as `/whoami` tells it; None when it tells the truth.
    """

    caller: Caller
    vos: tuple[str, ...]
    level: dict[str, str]
    shown_level: dict[str, str] | None = None

    @property
    def vo(self) -> str:
        """The first VO, which jobs are filed under; empty for an anonymous caller."""
        return self.vos[0] if self.vos else ""

    def may(self, operation: str) -> bool:
        """Say whether the caller has any level for an operation."""
        return operation in self.level

    def may_touch(self, *, user_dn: str, vo_name: str) -> bool:
        """Say whether the caller may read and change a job.

        Args:
            user_dn: Owner of the job.
            vo_name: VO of the job.

        Source: observed on FTS 3.13.4, «Who may touch a job».
        """
        level = self.level.get("transfer")
        if level == "all" or (level is not None and user_dn == self.caller.user_dn):
            return True
        return level == "vo" and vo_name in self.vos


def delegation_id(user_dn: str, fqans: Iterable[str]) -> str:
    """Derive the id under which FTS keeps the delegation of a user.

    Args:
        user_dn: DN of the end-entity certificate, slash form.
        fqans: VOMS attributes in their order.

    Source: observed on FTS 3.13.4; vector alice: 7ba5c996de416fe2.
    """
    return short_hash(user_dn + "".join(fqans))


def read_caller(der_chain: list[bytes], *, host_dn: str) -> Caller:
    """Work out the caller from the chain that TLS has verified.

    Args:
        der_chain: DER certificates, leaf first; empty without client certificate.
        host_dn: DN of the server's own certificate.

    Returns:
        The caller; anonymous for an empty chain.
    """
    chain = [load_certificate(der) for der in der_chain]
    chain = [c for c in chain if c.subject != c.issuer]
    proxies = [c for c in chain if is_proxy(c)]
    end_entity = next((c for c in chain if not is_proxy(c)), None)
    if end_entity is None:
        return ANONYMOUS
    user_dn = slash_form(end_entity.subject)
    fqans = tuple(read_fqans(chain, now=datetime.now(UTC)))
    return Caller(
        user_dn=user_dn,
        dns=(user_dn, *(slash_form(proxy.subject) for proxy in reversed(proxies))),
        fqans=fqans,
        delegation_id=delegation_id(user_dn, fqans),
        chain=tuple(chain),
        host_dn=host_dn,
    )


def identify(
    caller: Caller,
    *,
    gridmap: dict[str, str],
    grants: dict[str, set[str]],
    settings: Settings = DEFAULTS,
) -> Identity:
    """Add to a caller what the server knows about its DN.

    Args:
        caller: The certificate part.
        gridmap: DN to VO, for callers without VOMS attributes.
        grants: DN to operations granted by an administrator.
        settings: Levels of everybody, and of VOMS roles.

    Source: observed on FTS 3.13.4 (levels; later sources win).
    """
    if caller.delegation_id is None:
        return Identity(caller=caller, vos=(), level={})
    if caller.token is not None:
        return _identify_token(caller, caller.token, gridmap=gridmap, settings=settings)
    groups = (fqan.partition("/Role=")[0].partition("/Capability=")[0] for fqan in caller.fqans)
    vos = tuple(dict.fromkeys(group.lstrip("/") for group in groups))
    if not vos:
        vos = (gridmap.get(caller.user_dn, caller.delegation_id),)
    if caller.is_root:
        return Identity(caller=caller, vos=vos, level=dict(_ALL_LEVELS))
    level = _levels_of(caller, settings)
    level.update(dict.fromkeys(grants.get(caller.user_dn, ()), "all"))
    if level.get("admin") == "all":
        level["config"] = "all"
    return Identity(caller=caller, vos=vos, level=level)


def _levels_of(caller: Caller, settings: Settings) -> dict[str, str]:
    level = dict(read_levels(settings.public_levels))
    of_roles = read_role_levels(settings.role_levels)
    for role in caller.roles:
        level.update(of_roles.get(role, {}))
    return level


def _identify_token(
    caller: Caller, user: TokenUser, *, gridmap: dict[str, str], settings: Settings
) -> Identity:
    """Add to a token user what the server knows.

    Source: observed on FTS 3.13.4: every accepted token has all levels, whatever `/whoami` says.
    """
    mapped = gridmap.get(caller.user_dn)
    if mapped is not None or user.issuer.vo is not None:
        caller = attrs.evolve(caller, fqans=())
    return Identity(
        caller=caller,
        vos=user.vos if mapped is None else (mapped,),
        level=dict(_ALL_LEVELS),
        shown_level=_levels_of(caller, settings),
    )


def token_caller(user: TokenUser) -> Caller:
    """Make the caller that an accepted token stands for.

    Args:
        user: What the token says.
    """
    return Caller(
        user_dn=user.subject,
        dns=(user.subject,),
        fqans=user.scopes,
        delegation_id=user.delegation_id,
        token=user,
    )


@functools.lru_cache(maxsize=1024)
def vo_id(vo: str) -> str:
    """Derive the UUID of a VO, under which deterministic job ids are made."""
    return str(uuid.uuid5(BASE_ID, vo))
