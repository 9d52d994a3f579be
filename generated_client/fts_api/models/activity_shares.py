from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

if TYPE_CHECKING:
    from ..models.activity_weights import ActivityWeights


T = TypeVar("T", bound="ActivityShares")


@_attrs_define(repr=False)
class ActivityShares(Model):
    """How a VO weighs its activities."""

    share: ActivityWeights
    """ Activities (any text) with their weights. Weights have no unit and count in relation to each
    other; negative ones and 0 are stored too. """
    active: bool
    """ False when the shares are stored but not applied. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        share = self.share.to_dict()

        active = self.active

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "share": share,
                "active": active,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.activity_weights import ActivityWeights  # noqa: PLC0415

        d = dict(src_dict)
        share = ActivityWeights.from_dict(d.pop("share"))

        active = d.pop("active")

        activity_shares = cls(
            share=share,
            active=active,
        )

        activity_shares.additional_properties = d
        return activity_shares
