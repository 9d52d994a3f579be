from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="OptimizerDecisionEcho")


@_attrs_define
class OptimizerDecisionEcho:
    """A decision just made by hand. Numbers come back as they were sent: text, booleans and fractions
    too.

    """

    datetime_: str
    """ The time of the request, UTC, or what was sent in its place, as sent. """
    source_se: str
    """ Source storage. """
    dest_se: str
    """ Destination storage. """
    active: bool | float | str
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    throughput: bool | float | str
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    success: bool | float | str
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    rationale: bool | float | None | str
    """ Why, in words. A number or flag comes back as it was sent. """
    diff: bool | float | str
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    actual_active: bool | float | str
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    queue_size: bool | float | str
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    ema: bool | float | str
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    filesize_avg: bool | float | str
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    filesize_stddev: bool | float | str
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    nostreams: bool | float | str | Unset = UNSET
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        datetime_ = self.datetime_

        source_se = self.source_se

        dest_se = self.dest_se

        active: bool | float | str
        active = self.active

        throughput: bool | float | str
        throughput = self.throughput

        success: bool | float | str
        success = self.success

        rationale: bool | float | None | str
        rationale = self.rationale

        diff: bool | float | str
        diff = self.diff

        actual_active: bool | float | str
        actual_active = self.actual_active

        queue_size: bool | float | str
        queue_size = self.queue_size

        ema: bool | float | str
        ema = self.ema

        filesize_avg: bool | float | str
        filesize_avg = self.filesize_avg

        filesize_stddev: bool | float | str
        filesize_stddev = self.filesize_stddev

        nostreams: bool | float | str | Unset
        if isinstance(self.nostreams, Unset):
            nostreams = UNSET
        else:
            nostreams = self.nostreams

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "datetime": datetime_,
                "source_se": source_se,
                "dest_se": dest_se,
                "active": active,
                "throughput": throughput,
                "success": success,
                "rationale": rationale,
                "diff": diff,
                "actual_active": actual_active,
                "queue_size": queue_size,
                "ema": ema,
                "filesize_avg": filesize_avg,
                "filesize_stddev": filesize_stddev,
            }
        )
        if nostreams is not UNSET:
            field_dict["nostreams"] = nostreams

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        datetime_ = d.pop("datetime")

        source_se = d.pop("source_se")

        dest_se = d.pop("dest_se")

        def _parse_active(data: object) -> bool | float | str:
            return cast("bool | float | str", data)

        active = _parse_active(d.pop("active"))

        def _parse_throughput(data: object) -> bool | float | str:
            return cast("bool | float | str", data)

        throughput = _parse_throughput(d.pop("throughput"))

        def _parse_success(data: object) -> bool | float | str:
            return cast("bool | float | str", data)

        success = _parse_success(d.pop("success"))

        def _parse_rationale(data: object) -> bool | float | None | str:
            if data is None:
                return data
            return cast("bool | float | None | str", data)

        rationale = _parse_rationale(d.pop("rationale"))

        def _parse_diff(data: object) -> bool | float | str:
            return cast("bool | float | str", data)

        diff = _parse_diff(d.pop("diff"))

        def _parse_actual_active(data: object) -> bool | float | str:
            return cast("bool | float | str", data)

        actual_active = _parse_actual_active(d.pop("actual_active"))

        def _parse_queue_size(data: object) -> bool | float | str:
            return cast("bool | float | str", data)

        queue_size = _parse_queue_size(d.pop("queue_size"))

        def _parse_ema(data: object) -> bool | float | str:
            return cast("bool | float | str", data)

        ema = _parse_ema(d.pop("ema"))

        def _parse_filesize_avg(data: object) -> bool | float | str:
            return cast("bool | float | str", data)

        filesize_avg = _parse_filesize_avg(d.pop("filesize_avg"))

        def _parse_filesize_stddev(data: object) -> bool | float | str:
            return cast("bool | float | str", data)

        filesize_stddev = _parse_filesize_stddev(d.pop("filesize_stddev"))

        def _parse_nostreams(data: object) -> bool | float | str | Unset:
            if isinstance(data, Unset):
                return data
            return cast("bool | float | str | Unset", data)

        nostreams = _parse_nostreams(d.pop("nostreams", UNSET))

        optimizer_decision_echo = cls(
            datetime_=datetime_,
            source_se=source_se,
            dest_se=dest_se,
            active=active,
            throughput=throughput,
            success=success,
            rationale=rationale,
            diff=diff,
            actual_active=actual_active,
            queue_size=queue_size,
            ema=ema,
            filesize_avg=filesize_avg,
            filesize_stddev=filesize_stddev,
            nostreams=nostreams,
        )

        optimizer_decision_echo.additional_properties = d
        return optimizer_decision_echo

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
