from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="OptimizerSetting")


@_attrs_define
class OptimizerSetting:
    """Number of connections of a link."""

    source_se: str
    """ Source storage. """
    dest_se: str
    """ Destination storage. """
    datetime_: str
    """ A time in UTC, `YYYY-MM-DDTHH:MM:SS`, without offset and fraction. """
    ema: float | None
    """ Exponential moving average of the throughput, in bytes per second. """
    active: int | None
    """ Number of connections. """
    nostreams: int | None
    """ Number of TCP streams of one transfer. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        source_se = self.source_se

        dest_se = self.dest_se

        datetime_ = self.datetime_

        ema = self.ema

        active = self.active

        nostreams = self.nostreams

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "source_se": source_se,
                "dest_se": dest_se,
                "datetime": datetime_,
                "ema": ema,
                "active": active,
                "nostreams": nostreams,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        source_se = d.pop("source_se")

        dest_se = d.pop("dest_se")

        datetime_ = d.pop("datetime")

        ema = d.pop("ema")

        active = d.pop("active")

        nostreams = d.pop("nostreams")

        optimizer_setting = cls(
            source_se=source_se,
            dest_se=dest_se,
            datetime_=datetime_,
            ema=ema,
            active=active,
            nostreams=nostreams,
        )

        optimizer_setting.additional_properties = d
        return optimizer_setting

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
