from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

if TYPE_CHECKING:
    from ..models.activity_weights import ActivityWeights


T = TypeVar("T", bound="SetActivitySharesRequest")


@_attrs_define(repr=False)
class SetActivitySharesRequest(Model):
    """Activity shares of a VO. Unknown fields are ignored."""

    vo: str
    """ The VO. """
    share: ActivityWeights
    """ Activities (any text) with their weights. Weights have no unit and count in relation to each
    other; negative ones and 0 are stored too. """
    active: bool | Unset = UNSET
    """ False to store the shares without applying them; true when left out. Not checked: text and null
    are stored as false, unless the text begins with y. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        vo = self.vo

        share = self.share.to_dict()

        active = self.active

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "vo": vo,
                "share": share,
            }
        )
        if active is not UNSET:
            field_dict["active"] = active

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.activity_weights import ActivityWeights  # noqa: PLC0415

        d = dict(src_dict)
        vo = d.pop("vo")

        share = ActivityWeights.from_dict(d.pop("share"))

        active = d.pop("active", UNSET)

        set_activity_shares_request = cls(
            vo=vo,
            share=share,
            active=active,
        )

        set_activity_shares_request.additional_properties = d
        return set_activity_shares_request
