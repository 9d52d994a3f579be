"""Settings of the server that change its answers, as the operator of an FTS would make them."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final, Self

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

OPERATIONS: Final = ("transfer", "deleg", "config", "admin", "datamanagement")
_LEVELS: Final = ("", "vo", "all")
_WORDS: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@functools.lru_cache(maxsize=64)
def read_levels(text: str) -> Mapping[str, str]:
    """Read levels such as `vo:transfer;all:datamanagement`.

    Args:
        text: `level:operation`, separated by semicolons; the level is `all`, `vo` or empty for one's own resources only.

    Returns:
        Operation to level.

    Raises:
        ValueError: A level or an operation is unknown.
    """
    found = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        level, _, operation = part.rpartition(":")
        if level not in _LEVELS or operation not in OPERATIONS:
            raise ValueError(
                f"expected all:, vo: or : and one of {', '.join(OPERATIONS)}, got {part!r}"
            )
        found[operation] = level
    return found


@functools.lru_cache(maxsize=64)
def read_role_levels(text: str) -> Mapping[str, Mapping[str, str]]:
    """Read the levels of VOMS roles, such as `lcgadmin=all:config;production=vo:transfer;vo:deleg`.

    Args:
        text: `role=level:operation`, separated by semicolons; an entry without a role belongs to the role before it.

    Returns:
        Role to operation to level.

    Raises:
        ValueError: A level or an operation is unknown, or the role is missing.
    """
    found: dict[str, dict[str, str]] = {}
    role = ""
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        named, equals, levels = part.rpartition("=")
        role = named.strip() if equals else role
        if not role:
            raise ValueError(f"expected role=level:operation, got {part!r}")
        found.setdefault(role, {}).update(read_levels(levels))
    return found


@attrs.frozen
class Settings:
    """The settings of a mock; without any, it answers as the server of the recordings did.

    Attributes:
        job_metadata_limit: Longest `job_metadata`, in characters of JSON text; 0 for no limit.
        file_metadata_limit: The same for `metadata` of a file.
        staging_metadata_limit: The same for `staging_metadata`.
        archive_metadata_limit: The same for `archive_metadata`.
        public_levels: What every user with a certificate may do, see `read_levels`.
        role_levels: What VOMS roles add, see `read_role_levels`.
        authorized_vo: VOs whose members may use the server, separated by commas; `*` for all.
        overwrite_hop_validation: Whether `overwrite_hop` is refused without `multihop`.
        check_duplicates: Whether a destination that an unfinished transfer has is refused with 409.
        bring_online_and_expiration_delta: Least seconds between `bring_online` and `max_time_in_queue`; 0 for no such rule.
        path_limit: Longest path, in bytes, that Apache hands on: 4060 are 109 job ids. 0 for a server without Apache in front, which
            has no limit.
        queue_cache_s: Seconds for which the choice among replicas remembers how long queues are.
        optimizer: What `GET /optimizer` answers.
        non_managed_tokens: Whether tokens without `offline_access` are used as they are.
        online_token_validation: Whether the server asks the issuer about bearer tokens, which then need the scope
            `offline_access`.

    Source: names and defaults of FTS 3.13.4 as observed.
    """

    job_metadata_limit: int = 2048
    file_metadata_limit: int = 4096
    staging_metadata_limit: int = 1024
    archive_metadata_limit: int = 1024
    public_levels: str = "vo:transfer;vo:deleg;all:datamanagement"
    role_levels: str = "lcgadmin=all:config"
    authorized_vo: str = "*"
    overwrite_hop_validation: bool = True
    check_duplicates: bool = False
    bring_online_and_expiration_delta: int = 0
    path_limit: int = 4060
    queue_cache_s: int = 300
    optimizer: bool = True
    non_managed_tokens: bool = False
    online_token_validation: bool = False

    def changed(self, given: Mapping[str, Any]) -> Self:
        """Make a copy with other settings.

        Args:
            given: Names and values; names may also be written as FTS does (`CheckDuplicates`), values may be text.

        Raises:
            ValueError: A name is unknown, or a value is not of the type of its setting.
        """
        kinds = {
            name.replace("_", ""): (name, type(default))
            for name, default in attrs.asdict(self).items()
        }
        read = {}
        for written, value in given.items():
            key = written.replace("_", "").replace("-", "").lower()
            if key not in kinds:
                names = ", ".join(name for name, _ in kinds.values())
                raise ValueError(f"unknown setting {written!r}; expected one of {names}")
            name, kind = kinds[key]
            try:
                read[name] = _read(value, kind)
                if name in _CHECKS:
                    _CHECKS[name](read[name])
            except ValueError as error:
                raise ValueError(f"setting {name}: {error}") from error
        return attrs.evolve(self, **read)


_CHECKS: Final = {"public_levels": read_levels, "role_levels": read_role_levels}


def _read(value: Any, kind: type) -> Any:
    number = 0
    if type(value) is kind:
        number = value if isinstance(value, int) else 0
    elif kind is bool and isinstance(value, str) and value.lower() in _WORDS:
        return _WORDS[value.lower()]
    elif kind is int and isinstance(value, str) and value.strip().isdecimal():
        value = number = int(value)
    else:
        expected = {bool: "true or false", int: "a whole number", str: "text"}[kind]
        raise ValueError(f"expected {expected}, got {value!r}")
    if number < 0:
        raise ValueError(f"expected 0 or more, got {value}")
    return value


DEFAULTS: Final = Settings()
