from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

T = TypeVar("T", bound="OptimizerEcho")


@_attrs_define(repr=False)
class OptimizerEcho(Model):
    """What a decision and a setting made by hand have in common. Numbers come back as they were sent."""

    datetime_: str | Unset = UNSET
    """ The time of the request, UTC, or what was sent in its place, as sent. """
    source_se: str | Unset = UNSET
    """ Source storage. """
    dest_se: str | Unset = UNSET
    """ Destination storage. """
    active: bool | float | str | Unset = UNSET
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    throughput: bool | float | str | Unset = UNSET
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    success: bool | float | str | Unset = UNSET
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    rationale: bool | float | None | str | Unset = UNSET
    """ Why, in words; in the setting only when it was sent. A number or flag comes back as it was sent. """
    diff: bool | float | str | Unset = UNSET
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    actual_active: bool | float | str | Unset = UNSET
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    queue_size: bool | float | str | Unset = UNSET
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    ema: bool | float | str | Unset = UNSET
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    filesize_avg: bool | float | str | Unset = UNSET
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    filesize_stddev: bool | float | str | Unset = UNSET
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    nostreams: bool | float | str | Unset = UNSET
    """ A number as it was sent (units as in `OptimizerDecision`); text only after a form body, or when
    text was sent. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    _attributes = {"datetime": "datetime_"}

    def to_dict(self) -> dict[str, Any]:
        datetime_ = self.datetime_

        source_se = self.source_se

        dest_se = self.dest_se

        active = self.active

        throughput = self.throughput

        success = self.success

        rationale = self.rationale

        diff = self.diff

        actual_active = self.actual_active

        queue_size = self.queue_size

        ema = self.ema

        filesize_avg = self.filesize_avg

        filesize_stddev = self.filesize_stddev

        nostreams = self.nostreams

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if datetime_ is not UNSET:
            field_dict["datetime"] = datetime_
        if source_se is not UNSET:
            field_dict["source_se"] = source_se
        if dest_se is not UNSET:
            field_dict["dest_se"] = dest_se
        if active is not UNSET:
            field_dict["active"] = active
        if throughput is not UNSET:
            field_dict["throughput"] = throughput
        if success is not UNSET:
            field_dict["success"] = success
        if rationale is not UNSET:
            field_dict["rationale"] = rationale
        if diff is not UNSET:
            field_dict["diff"] = diff
        if actual_active is not UNSET:
            field_dict["actual_active"] = actual_active
        if queue_size is not UNSET:
            field_dict["queue_size"] = queue_size
        if ema is not UNSET:
            field_dict["ema"] = ema
        if filesize_avg is not UNSET:
            field_dict["filesize_avg"] = filesize_avg
        if filesize_stddev is not UNSET:
            field_dict["filesize_stddev"] = filesize_stddev
        if nostreams is not UNSET:
            field_dict["nostreams"] = nostreams

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        datetime_ = d.pop("datetime", UNSET)

        source_se = d.pop("source_se", UNSET)

        dest_se = d.pop("dest_se", UNSET)

        active = d.pop("active", UNSET)

        throughput = d.pop("throughput", UNSET)

        success = d.pop("success", UNSET)

        rationale = d.pop("rationale", UNSET)

        diff = d.pop("diff", UNSET)

        actual_active = d.pop("actual_active", UNSET)

        queue_size = d.pop("queue_size", UNSET)

        ema = d.pop("ema", UNSET)

        filesize_avg = d.pop("filesize_avg", UNSET)

        filesize_stddev = d.pop("filesize_stddev", UNSET)

        nostreams = d.pop("nostreams", UNSET)

        optimizer_echo = cls(
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

        optimizer_echo.additional_properties = d
        return optimizer_echo
