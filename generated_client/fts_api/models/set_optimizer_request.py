from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

T = TypeVar("T", bound="SetOptimizerRequest")


@_attrs_define(repr=False)
class SetOptimizerRequest(Model):
    """A link with its number of connections, and the reasons. Unknown fields come back in the answer and
    are not stored.

    """

    source_se: str
    """ Source storage. """
    dest_se: str
    """ Destination storage. """
    rationale: None | str | Unset = UNSET
    """ Why, in words; null when left out. """
    active: int | Unset = UNSET
    """ Number of connections; 2 when left out. """
    nostreams: int | Unset = UNSET
    """ Number of TCP streams of one transfer; 1 when left out. """
    diff: int | Unset = UNSET
    """ Change of the number of connections; 1 when left out. Not negative here, although the
    optimizer's own decisions may be. """
    actual_active: int | Unset = UNSET
    """ Number of transfers that run; 1 when left out. """
    queue_size: int | Unset = UNSET
    """ Number of files that wait; 1 when left out. """
    ema: float | Unset = UNSET
    """ Exponential moving average of the throughput, in bytes per second; 0 when left out. """
    throughput: float | Unset = UNSET
    """ Throughput of the link, in bytes per second; 0 when left out. """
    success: float | Unset = UNSET
    """ Share of transfers that succeeded, in percent; 0 when left out. """
    filesize_avg: float | Unset = UNSET
    """ Average size of the files, in bytes; 0 when left out. """
    filesize_stddev: float | Unset = UNSET
    """ Standard deviation of the sizes, in bytes; 0 when left out. """
    datetime_: str | Unset = UNSET
    """ Time of the decision, UTC, `YYYY-MM-DDTHH:MM:SS`, of the years 1971 to 2037; that of the request
    when left out. The server takes 1970 as well, but answers 500 to its first second. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    _attributes = {"datetime": "datetime_"}

    def to_dict(self) -> dict[str, Any]:
        source_se = self.source_se

        dest_se = self.dest_se

        rationale = self.rationale

        active = self.active

        nostreams = self.nostreams

        diff = self.diff

        actual_active = self.actual_active

        queue_size = self.queue_size

        ema = self.ema

        throughput = self.throughput

        success = self.success

        filesize_avg = self.filesize_avg

        filesize_stddev = self.filesize_stddev

        datetime_ = self.datetime_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "source_se": source_se,
                "dest_se": dest_se,
            }
        )
        if rationale is not UNSET:
            field_dict["rationale"] = rationale
        if active is not UNSET:
            field_dict["active"] = active
        if nostreams is not UNSET:
            field_dict["nostreams"] = nostreams
        if diff is not UNSET:
            field_dict["diff"] = diff
        if actual_active is not UNSET:
            field_dict["actual_active"] = actual_active
        if queue_size is not UNSET:
            field_dict["queue_size"] = queue_size
        if ema is not UNSET:
            field_dict["ema"] = ema
        if throughput is not UNSET:
            field_dict["throughput"] = throughput
        if success is not UNSET:
            field_dict["success"] = success
        if filesize_avg is not UNSET:
            field_dict["filesize_avg"] = filesize_avg
        if filesize_stddev is not UNSET:
            field_dict["filesize_stddev"] = filesize_stddev
        if datetime_ is not UNSET:
            field_dict["datetime"] = datetime_

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        source_se = d.pop("source_se")

        dest_se = d.pop("dest_se")

        rationale = d.pop("rationale", UNSET)

        active = d.pop("active", UNSET)

        nostreams = d.pop("nostreams", UNSET)

        diff = d.pop("diff", UNSET)

        actual_active = d.pop("actual_active", UNSET)

        queue_size = d.pop("queue_size", UNSET)

        ema = d.pop("ema", UNSET)

        throughput = d.pop("throughput", UNSET)

        success = d.pop("success", UNSET)

        filesize_avg = d.pop("filesize_avg", UNSET)

        filesize_stddev = d.pop("filesize_stddev", UNSET)

        datetime_ = d.pop("datetime", UNSET)

        set_optimizer_request = cls(
            source_se=source_se,
            dest_se=dest_se,
            rationale=rationale,
            active=active,
            nostreams=nostreams,
            diff=diff,
            actual_active=actual_active,
            queue_size=queue_size,
            ema=ema,
            throughput=throughput,
            success=success,
            filesize_avg=filesize_avg,
            filesize_stddev=filesize_stddev,
            datetime_=datetime_,
        )

        set_optimizer_request.additional_properties = d
        return set_optimizer_request
