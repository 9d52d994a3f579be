from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

T = TypeVar("T", bound="LinkEcho")


@_attrs_define(repr=False)
class LinkEcho(Model):
    """A link that was not configured before: the five fields that have defaults, and what was sent, as
    sent (also booleans).

    """

    symbolicname: str
    """ Name of the link. """
    source: str
    """ Source storage; `*` for any. """
    destination: str
    """ Destination storage; `*` for any. """
    min_active: bool | int
    """ Least number of transfers at a time. """
    max_active: bool | int
    """ Largest number of transfers at a time. """
    optimizer_mode: bool | int | Unset = UNSET
    """ Mode of the optimizer, 1 (careful) to 3 (bold). """
    tcp_buffer_size: bool | int | Unset = UNSET
    """ TCP buffer, presumably in bytes. """
    nostreams: bool | int | Unset = UNSET
    """ Number of TCP streams of one transfer. """
    no_delegation: bool | Unset = UNSET
    """ True when the proxy is not delegated to the storages of the link. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        symbolicname = self.symbolicname

        source = self.source

        destination = self.destination

        min_active = self.min_active

        max_active = self.max_active

        optimizer_mode = self.optimizer_mode

        tcp_buffer_size = self.tcp_buffer_size

        nostreams = self.nostreams

        no_delegation = self.no_delegation

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "symbolicname": symbolicname,
                "source": source,
                "destination": destination,
                "min_active": min_active,
                "max_active": max_active,
            }
        )
        if optimizer_mode is not UNSET:
            field_dict["optimizer_mode"] = optimizer_mode
        if tcp_buffer_size is not UNSET:
            field_dict["tcp_buffer_size"] = tcp_buffer_size
        if nostreams is not UNSET:
            field_dict["nostreams"] = nostreams
        if no_delegation is not UNSET:
            field_dict["no_delegation"] = no_delegation

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        symbolicname = d.pop("symbolicname")

        source = d.pop("source")

        destination = d.pop("destination")

        min_active = d.pop("min_active")

        max_active = d.pop("max_active")

        optimizer_mode = d.pop("optimizer_mode", UNSET)

        tcp_buffer_size = d.pop("tcp_buffer_size", UNSET)

        nostreams = d.pop("nostreams", UNSET)

        no_delegation = d.pop("no_delegation", UNSET)

        link_echo = cls(
            symbolicname=symbolicname,
            source=source,
            destination=destination,
            min_active=min_active,
            max_active=max_active,
            optimizer_mode=optimizer_mode,
            tcp_buffer_size=tcp_buffer_size,
            nostreams=nostreams,
            no_delegation=no_delegation,
        )

        link_echo.additional_properties = d
        return link_echo
