from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="SetLinkRequest")


@_attrs_define
class SetLinkRequest:
    """Limits of a link. `max_active` must not be below `min_active`, 2 standing for the one left out."""

    symbolicname: str
    """ Name of the link. """
    source: str | Unset = UNSET
    """ Source storage, any text. **Left out for a new link it means `*`, any storage.** """
    destination: str | Unset = UNSET
    """ Destination storage, any text. **Left out for a new link it means `*`, any storage.** """
    min_active: int | Unset = UNSET
    """ Least number of transfers at a time; 2 when left out for a new link. """
    max_active: int | Unset = UNSET
    """ Largest number of transfers at a time; 2 when left out for a new link. """
    optimizer_mode: int | Unset = UNSET
    """ Mode of the optimizer, 1 (careful) to 3 (bold); not checked. """
    tcp_buffer_size: int | Unset = UNSET
    """ TCP buffer, presumably in bytes. """
    nostreams: int | Unset = UNSET
    """ Number of TCP streams of one transfer. """
    no_delegation: bool | Unset = UNSET
    """ True not to delegate the proxy to the storages of the link. """

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

        field_dict.update(
            {
                "symbolicname": symbolicname,
            }
        )
        if source is not UNSET:
            field_dict["source"] = source
        if destination is not UNSET:
            field_dict["destination"] = destination
        if min_active is not UNSET:
            field_dict["min_active"] = min_active
        if max_active is not UNSET:
            field_dict["max_active"] = max_active
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

        source = d.pop("source", UNSET)

        destination = d.pop("destination", UNSET)

        min_active = d.pop("min_active", UNSET)

        max_active = d.pop("max_active", UNSET)

        optimizer_mode = d.pop("optimizer_mode", UNSET)

        tcp_buffer_size = d.pop("tcp_buffer_size", UNSET)

        nostreams = d.pop("nostreams", UNSET)

        no_delegation = d.pop("no_delegation", UNSET)

        set_link_request = cls(
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

        return set_link_request
