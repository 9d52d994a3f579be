from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="SurlRequest")


@_attrs_define(repr=False)
class SurlRequest(Model):
    """What to work on. Unknown fields are ignored."""

    surl: str
    """ URL on the storage; the scheme with regard to case. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        surl = self.surl

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "surl": surl,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        surl = d.pop("surl")

        surl_request = cls(
            surl=surl,
        )

        surl_request.additional_properties = d
        return surl_request
