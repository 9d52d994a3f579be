from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="GlobalConfig")


@_attrs_define(repr=False)
class GlobalConfig(Model):
    """Server settings of one VO."""

    vo_name: str
    """ The VO; `*` for all. """
    retry: int
    """ Number of retries for jobs that ask for the server's default; 0 none. """
    max_time_queue: int
    """ Time that a job may wait, in hours; 0 for ever. """
    global_timeout: int
    """ Time allowed for a copy, in seconds; 0 when the server decides. """
    sec_per_mb: int
    """ Time allowed for a copy in addition, in seconds per MB. """
    no_streaming: bool
    """ True when copies must not be streamed through the server. """
    show_user_dn: bool
    """ True when the monitoring shows DNs of users. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        vo_name = self.vo_name

        retry = self.retry

        max_time_queue = self.max_time_queue

        global_timeout = self.global_timeout

        sec_per_mb = self.sec_per_mb

        no_streaming = self.no_streaming

        show_user_dn = self.show_user_dn

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "vo_name": vo_name,
                "retry": retry,
                "max_time_queue": max_time_queue,
                "global_timeout": global_timeout,
                "sec_per_mb": sec_per_mb,
                "no_streaming": no_streaming,
                "show_user_dn": show_user_dn,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        vo_name = d.pop("vo_name")

        retry = d.pop("retry")

        max_time_queue = d.pop("max_time_queue")

        global_timeout = d.pop("global_timeout")

        sec_per_mb = d.pop("sec_per_mb")

        no_streaming = d.pop("no_streaming")

        show_user_dn = d.pop("show_user_dn")

        global_config = cls(
            vo_name=vo_name,
            retry=retry,
            max_time_queue=max_time_queue,
            global_timeout=global_timeout,
            sec_per_mb=sec_per_mb,
            no_streaming=no_streaming,
            show_user_dn=show_user_dn,
        )

        global_config.additional_properties = d
        return global_config
