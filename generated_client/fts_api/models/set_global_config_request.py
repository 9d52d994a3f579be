from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="SetGlobalConfigRequest")


@_attrs_define
class SetGlobalConfigRequest:
    """Server settings of one VO; fields left out keep their values."""

    vo_name: str | Unset = UNSET
    """ The VO; `*` (all VOs) when left out. """
    retry: int | Unset = UNSET
    """ Number of retries for jobs that ask for the server's default; 0 none. """
    max_time_queue: int | Unset = UNSET
    """ Time that a job may wait, in hours; 0 for ever. """
    global_timeout: int | Unset = UNSET
    """ Time allowed for a copy, in seconds; 0 when the server decides. """
    sec_per_mb: int | Unset = UNSET
    """ Time allowed for a copy in addition, in seconds per MB. """
    no_streaming: bool | Unset = UNSET
    """ True to forbid that copies are streamed through the server. """
    show_user_dn: bool | Unset = UNSET
    """ True to show DNs of users in the monitoring. """

    def to_dict(self) -> dict[str, Any]:
        vo_name = self.vo_name

        retry = self.retry

        max_time_queue = self.max_time_queue

        global_timeout = self.global_timeout

        sec_per_mb = self.sec_per_mb

        no_streaming = self.no_streaming

        show_user_dn = self.show_user_dn

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if vo_name is not UNSET:
            field_dict["vo_name"] = vo_name
        if retry is not UNSET:
            field_dict["retry"] = retry
        if max_time_queue is not UNSET:
            field_dict["max_time_queue"] = max_time_queue
        if global_timeout is not UNSET:
            field_dict["global_timeout"] = global_timeout
        if sec_per_mb is not UNSET:
            field_dict["sec_per_mb"] = sec_per_mb
        if no_streaming is not UNSET:
            field_dict["no_streaming"] = no_streaming
        if show_user_dn is not UNSET:
            field_dict["show_user_dn"] = show_user_dn

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        vo_name = d.pop("vo_name", UNSET)

        retry = d.pop("retry", UNSET)

        max_time_queue = d.pop("max_time_queue", UNSET)

        global_timeout = d.pop("global_timeout", UNSET)

        sec_per_mb = d.pop("sec_per_mb", UNSET)

        no_streaming = d.pop("no_streaming", UNSET)

        show_user_dn = d.pop("show_user_dn", UNSET)

        set_global_config_request = cls(
            vo_name=vo_name,
            retry=retry,
            max_time_queue=max_time_queue,
            global_timeout=global_timeout,
            sec_per_mb=sec_per_mb,
            no_streaming=no_streaming,
            show_user_dn=show_user_dn,
        )

        return set_global_config_request
