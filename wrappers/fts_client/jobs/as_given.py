"""How the parts of a submission become JSON, and JSON becomes them: what was given is sent, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Self

import attrs

from fts_client.errors import FTSUsageError
from fts_client.errors.redaction import redact
from fts_client.jobs.parameters import UNSET, Unset, as_json, parameters_of

_own_fields: Callable[[Any], list[str]] = cache(
    lambda kind: [field.name for field in attrs.fields(kind) if not field.inherited]
)


def _required(kind: type[Extensible]) -> list[str]:
    return [field.name for field in attrs.fields(kind) if field.default is attrs.NOTHING]


@attrs.frozen(repr=False)
class Extensible:
    """Takes what this package does not know."""

    extra: Mapping[str, Any] | Unset = attrs.field(default=UNSET, kw_only=True, repr=False)

    def __attrs_post_init__(self) -> None:
        """Refuse what JSON cannot hold, and names that have a field."""
        if isinstance(self.extra, Unset):
            return
        extra = as_json("extra", self.extra)
        if not isinstance(extra, dict):
            raise FTSUsageError(f"extra must be a dict, got {type(self.extra).__name__}")
        for name in _own_fields(type(self)):
            if name in extra or (name == "transfers" and "files" in extra):
                raise FTSUsageError(
                    f"{name} is a field of {type(self).__name__}: give it there, not in extra"
                )
        object.__setattr__(self, "extra", extra)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build an object from what its `to_dict` returns, or from a part of a request written by hand.

        Args:
            values: JSON values by name; names that this class does not have go into `extra`.

        Returns:
            The object; `to_dict` gives the same values again.

        Raises:
            FTSUsageError: A value is invalid or missing, or `values` is not a mapping.
        """
        if not isinstance(values, Mapping):
            raise FTSUsageError(f"Expected a dict, got {type(values).__name__}")
        known: dict[str, Any] = dict.fromkeys(_required(cls), ())
        extra: dict[str, Any] = {}
        for name, value in values.items():
            (known if name in _own_fields(cls) else extra)[name] = value
        return cls(**known, **({"extra": extra} if extra else {}))

    def __repr__(self) -> str:
        given = [
            f"{field.name}={value!r}"
            for field in attrs.fields(type(self))
            if field.repr and (value := getattr(self, field.name)) is not UNSET
        ]
        return redact(f"{type(self).__name__}({', '.join(given)})")


@attrs.frozen(repr=False)
class SentAsGiven(Extensible):
    """Becomes JSON by one rule: what was given is sent, and nothing else."""

    metadata_encoder: Callable[[Any], Any] | None = attrs.field(
        default=None, kw_only=True, eq=False, repr=False
    )

    def __attrs_post_init__(self) -> None:
        """Make each value what will be sent, and refuse what no server accepts."""
        super().__attrs_post_init__()
        kind: Any = type(self)
        for name, parameter in parameters_of(kind).items():
            value = getattr(self, name)
            if value is not UNSET and value is not None and not isinstance(value, tuple):
                value = parameter.read(value, encoder=self.metadata_encoder)
                object.__setattr__(self, name, value)
        # It has done its work; a lambda could not be pickled.
        object.__setattr__(self, "metadata_encoder", None)

    def to_dict(self) -> dict[str, Any]:
        """Build the part of the request that stands for this object.

        Returns:
            JSON values in the order of the fields, then those of `extra`; fields that were not given are absent.
        """
        given = {
            name: list(value) if isinstance(value, tuple) else value
            for name in _own_fields(type(self))
            if not isinstance(value := getattr(self, name), Unset)
        }
        return given if isinstance(self.extra, Unset) else {**given, **self.extra}
