from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="OptimizerSettingEcho")


@_attrs_define
class OptimizerSettingEcho:
    """A setting just made by hand; numbers come back as they were sent."""

    source_se: str
    """ Source storage. """
    dest_se: str
    """ Destination storage. """
    datetime_: str
    """ The time of the request, UTC, or what was sent in its place, as sent. """
    ema: bool | float | str
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    active: bool | float | str
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    nostreams: bool | float | str
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    rationale: bool | float | None | str | Unset = UNSET
    """ Why, as in the decision, when it was sent. A number or flag comes back as it was sent. """
    throughput: bool | float | str | Unset = UNSET
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    success: bool | float | str | Unset = UNSET
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    diff: bool | float | str | Unset = UNSET
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    actual_active: bool | float | str | Unset = UNSET
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    queue_size: bool | float | str | Unset = UNSET
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    filesize_avg: bool | float | str | Unset = UNSET
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    filesize_stddev: bool | float | str | Unset = UNSET
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        source_se = self.source_se

        dest_se = self.dest_se

        datetime_ = self.datetime_

        ema: bool | float | str
        ema = self.ema

        active: bool | float | str
        active = self.active

        nostreams: bool | float | str
        nostreams = self.nostreams

        rationale: bool | float | None | str | Unset
        if isinstance(self.rationale, Unset):
            rationale = UNSET
        else:
            rationale = self.rationale

        throughput: bool | float | str | Unset
        if isinstance(self.throughput, Unset):
            throughput = UNSET
        else:
            throughput = self.throughput

        success: bool | float | str | Unset
        if isinstance(self.success, Unset):
            success = UNSET
        else:
            success = self.success

        diff: bool | float | str | Unset
        if isinstance(self.diff, Unset):
            diff = UNSET
        else:
            diff = self.diff

        actual_active: bool | float | str | Unset
        if isinstance(self.actual_active, Unset):
            actual_active = UNSET
        else:
            actual_active = self.actual_active

        queue_size: bool | float | str | Unset
        if isinstance(self.queue_size, Unset):
            queue_size = UNSET
        else:
            queue_size = self.queue_size

        filesize_avg: bool | float | str | Unset
        if isinstance(self.filesize_avg, Unset):
            filesize_avg = UNSET
        else:
            filesize_avg = self.filesize_avg

        filesize_stddev: bool | float | str | Unset
        if isinstance(self.filesize_stddev, Unset):
            filesize_stddev = UNSET
        else:
            filesize_stddev = self.filesize_stddev

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
        if rationale is not UNSET:
            field_dict["rationale"] = rationale
        if throughput is not UNSET:
            field_dict["throughput"] = throughput
        if success is not UNSET:
            field_dict["success"] = success
        if diff is not UNSET:
            field_dict["diff"] = diff
        if actual_active is not UNSET:
            field_dict["actual_active"] = actual_active
        if queue_size is not UNSET:
            field_dict["queue_size"] = queue_size
        if filesize_avg is not UNSET:
            field_dict["filesize_avg"] = filesize_avg
        if filesize_stddev is not UNSET:
            field_dict["filesize_stddev"] = filesize_stddev

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        source_se = d.pop("source_se")

        dest_se = d.pop("dest_se")

        datetime_ = d.pop("datetime")

        def _parse_ema(data: object) -> bool | float | str:
            return cast("bool | float | str", data)

        ema = _parse_ema(d.pop("ema"))

        def _parse_active(data: object) -> bool | float | str:
            return cast("bool | float | str", data)

        active = _parse_active(d.pop("active"))

        def _parse_nostreams(data: object) -> bool | float | str:
            return cast("bool | float | str", data)

        nostreams = _parse_nostreams(d.pop("nostreams"))

        def _parse_rationale(data: object) -> bool | float | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("bool | float | None | str | Unset", data)

        rationale = _parse_rationale(d.pop("rationale", UNSET))

        def _parse_throughput(data: object) -> bool | float | str | Unset:
            if isinstance(data, Unset):
                return data
            return cast("bool | float | str | Unset", data)

        throughput = _parse_throughput(d.pop("throughput", UNSET))

        def _parse_success(data: object) -> bool | float | str | Unset:
            if isinstance(data, Unset):
                return data
            return cast("bool | float | str | Unset", data)

        success = _parse_success(d.pop("success", UNSET))

        def _parse_diff(data: object) -> bool | float | str | Unset:
            if isinstance(data, Unset):
                return data
            return cast("bool | float | str | Unset", data)

        diff = _parse_diff(d.pop("diff", UNSET))

        def _parse_actual_active(data: object) -> bool | float | str | Unset:
            if isinstance(data, Unset):
                return data
            return cast("bool | float | str | Unset", data)

        actual_active = _parse_actual_active(d.pop("actual_active", UNSET))

        def _parse_queue_size(data: object) -> bool | float | str | Unset:
            if isinstance(data, Unset):
                return data
            return cast("bool | float | str | Unset", data)

        queue_size = _parse_queue_size(d.pop("queue_size", UNSET))

        def _parse_filesize_avg(data: object) -> bool | float | str | Unset:
            if isinstance(data, Unset):
                return data
            return cast("bool | float | str | Unset", data)

        filesize_avg = _parse_filesize_avg(d.pop("filesize_avg", UNSET))

        def _parse_filesize_stddev(data: object) -> bool | float | str | Unset:
            if isinstance(data, Unset):
                return data
            return cast("bool | float | str | Unset", data)

        filesize_stddev = _parse_filesize_stddev(d.pop("filesize_stddev", UNSET))

        optimizer_setting_echo = cls(
            source_se=source_se,
            dest_se=dest_se,
            datetime_=datetime_,
            ema=ema,
            active=active,
            nostreams=nostreams,
            rationale=rationale,
            throughput=throughput,
            success=success,
            diff=diff,
            actual_active=actual_active,
            queue_size=queue_size,
            filesize_avg=filesize_avg,
            filesize_stddev=filesize_stddev,
        )

        optimizer_setting_echo.additional_properties = d
        return optimizer_setting_echo

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
