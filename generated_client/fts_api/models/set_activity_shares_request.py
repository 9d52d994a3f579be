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
    share: ActivityWeights | list[ActivityWeights]
    """ Activities with their weights: one object, or a list of objects. At most 1024 characters, as
    the JSON text of a list. """
    active: bool | Unset = UNSET
    """ False to store the shares without applying them; true when left out. Not checked: text and null
    are stored as false, unless the text begins with y. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.activity_weights import ActivityWeights  # noqa: PLC0415

        vo = self.vo

        share: dict[str, Any] | list[dict[str, Any]]
        if isinstance(self.share, ActivityWeights):
            share = self.share.to_dict()
        else:
            share = []
            for share_type_1_item_data in self.share:
                share_type_1_item = share_type_1_item_data.to_dict()
                share.append(share_type_1_item)

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

        def _parse_share(data: object) -> ActivityWeights | list[ActivityWeights]:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                share_type_0 = ActivityWeights.from_dict(data)

                return share_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, list):
                raise TypeError()
            share_type_1 = []
            _share_type_1 = data
            for share_type_1_item_data in _share_type_1:
                share_type_1_item = ActivityWeights.from_dict(share_type_1_item_data)

                share_type_1.append(share_type_1_item)

            return share_type_1

        share = _parse_share(d.pop("share"))

        active = d.pop("active", UNSET)

        set_activity_shares_request = cls(
            vo=vo,
            share=share,
            active=active,
        )

        set_activity_shares_request.additional_properties = d
        return set_activity_shares_request
