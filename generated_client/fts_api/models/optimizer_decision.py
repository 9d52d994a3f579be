from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="OptimizerDecision")


@_attrs_define(repr=False)
class OptimizerDecision(Model):
    """A decision of the optimizer about a link."""

    datetime_: str
    """ A time in UTC, `YYYY-MM-DDTHH:MM:SS`, without offset and fraction. """
    source_se: str
    """ Source storage. """
    dest_se: str
    """ Destination storage. """
    active: int | None
    """ Number of connections decided on. """
    throughput: float | None
    """ Throughput of the link, in bytes per second, about six digits. """
    success: float | None
    """ Share of transfers that succeeded, in percent. """
    rationale: None | str
    """ Why, in words. """
    diff: int | None
    """ Change of the number of connections; may be negative. """
    actual_active: int | None
    """ Number of transfers that ran. """
    queue_size: int | None
    """ Number of files that waited. """
    ema: float | None
    """ Exponential moving average of the throughput, in bytes per second. """
    filesize_avg: float | None
    """ Average size of the files, in bytes. """
    filesize_stddev: float | None
    """ Standard deviation of the sizes, in bytes. """
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

        optimizer_decision = cls(
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
        )

        optimizer_decision.additional_properties = d
        return optimizer_decision
