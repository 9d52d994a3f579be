from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="OptimizerSetting")


@_attrs_define(repr=False)
class OptimizerSetting(Model):
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
    _attributes = {"datetime": "datetime_"}

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
