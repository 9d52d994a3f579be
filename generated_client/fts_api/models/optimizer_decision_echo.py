from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

T = TypeVar("T", bound="OptimizerDecisionEcho")


@_attrs_define(repr=False)
class OptimizerDecisionEcho(Model):
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
    """ Why, in words; in the setting only when it was sent. A number or flag comes back as it was sent. """
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

        active = d.pop("active")

        throughput = d.pop("throughput")

        success = d.pop("success")

        rationale = d.pop("rationale")

        diff = d.pop("diff")

        actual_active = d.pop("actual_active")

        queue_size = d.pop("queue_size")

        ema = d.pop("ema")

        filesize_avg = d.pop("filesize_avg")

        filesize_stddev = d.pop("filesize_stddev")

        nostreams = d.pop("nostreams", UNSET)

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
