from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

if TYPE_CHECKING:
    from ..models.activity_weights import ActivityWeights


T = TypeVar("T", bound="SetActivitySharesAnswer")


@_attrs_define(repr=False)
class SetActivitySharesAnswer(Model):
    """The shares, as sent."""

    vo: str
    """ The VO. """
    active: Any
    """ Flag as sent, not as stored; true when it was left out. """
    activity_share: list[ActivityWeights]
    """ The shares; one object for each activity when they were sent as one object. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        vo = self.vo

        active = self.active

        activity_share = []
        for activity_share_item_data in self.activity_share:
            activity_share_item = activity_share_item_data.to_dict()
            activity_share.append(activity_share_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "vo": vo,
                "active": active,
                "activity_share": activity_share,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.activity_weights import ActivityWeights  # noqa: PLC0415

        d = dict(src_dict)
        vo = d.pop("vo")

        active = d.pop("active")

        activity_share = []
        _activity_share = d.pop("activity_share")
        for activity_share_item_data in _activity_share:
            activity_share_item = ActivityWeights.from_dict(activity_share_item_data)

            activity_share.append(activity_share_item)

        set_activity_shares_answer = cls(
            vo=vo,
            active=active,
            activity_share=activity_share,
        )

        set_activity_shares_answer.additional_properties = d
        return set_activity_shares_answer
