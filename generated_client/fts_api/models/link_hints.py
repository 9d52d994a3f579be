from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

T = TypeVar("T", bound="LinkHints")


@_attrs_define(repr=False)
class LinkHints(Model):
    """What one can do with a link."""

    allow: list[str] | Unset = UNSET
    """ Methods. """
    representations: list[str] | Unset = UNSET
    """ Relations that lead to schemas. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        allow: list[str] | Unset = UNSET
        if not isinstance(self.allow, Unset):
            allow = self.allow

        representations: list[str] | Unset = UNSET
        if not isinstance(self.representations, Unset):
            representations = self.representations

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if allow is not UNSET:
            field_dict["allow"] = allow
        if representations is not UNSET:
            field_dict["representations"] = representations

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        allow = cast("list[str]", d.pop("allow", UNSET))

        representations = cast("list[str]", d.pop("representations", UNSET))

        link_hints = cls(
            allow=allow,
            representations=representations,
        )

        link_hints.additional_properties = d
        return link_hints
