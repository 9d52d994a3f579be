from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="LinkShare")


@_attrs_define(repr=False)
class LinkShare(Model):
    """Share of a VO on a link."""

    source: str
    """ Source of the link. """
    destination: str
    """ Destination of the link. """
    vo: str
    """ The VO; `public` for all without a share of their own. """
    share: int
    """ The share; counts in relation to the shares of other VOs on the link. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        source = self.source

        destination = self.destination

        vo = self.vo

        share = self.share

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "source": source,
                "destination": destination,
                "vo": vo,
                "share": share,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        source = d.pop("source")

        destination = d.pop("destination")

        vo = d.pop("vo")

        share = d.pop("share")

        link_share = cls(
            source=source,
            destination=destination,
            vo=vo,
            share=share,
        )

        link_share.additional_properties = d
        return link_share
