from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="AuditEntry")


@_attrs_define(repr=False)
class AuditEntry(Model):
    """A change of the configuration."""

    datetime_: str
    """ A time in UTC, `YYYY-MM-DDTHH:MM:SS`, without offset and fraction. """
    dn: None | str
    """ DN of who changed it; null only after changes made in the database. """
    action: str
    """ What was done. `activity-share` stands for setting and for deleting. """
    config: str
    """ What was changed: JSON text for `set-globals`, `link` and the setting of activity shares, else
    a sentence. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    _attributes = {"datetime": "datetime_"}

    def to_dict(self) -> dict[str, Any]:
        datetime_ = self.datetime_

        dn = self.dn

        action = self.action

        config = self.config

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "datetime": datetime_,
                "dn": dn,
                "action": action,
                "config": config,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        datetime_ = d.pop("datetime")

        dn = d.pop("dn")

        action = d.pop("action")

        config = d.pop("config")

        audit_entry = cls(
            datetime_=datetime_,
            dn=dn,
            action=action,
            config=config,
        )

        audit_entry.additional_properties = d
        return audit_entry
