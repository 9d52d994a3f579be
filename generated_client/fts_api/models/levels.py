from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

T = TypeVar("T", bound="Levels")


@_attrs_define(repr=False)
class Levels(Model):
    """For each kind of operation the reach of the caller; an absent kind is forbidden."""

    transfer: str | Unset = UNSET
    """ `all`: everybody's resources; `vo`: those of the caller's VOs; empty: the caller's own. """
    deleg: str | Unset = UNSET
    """ `all`: everybody's resources; `vo`: those of the caller's VOs; empty: the caller's own. """
    config: str | Unset = UNSET
    """ `all`: everybody's resources; `vo`: those of the caller's VOs; empty: the caller's own. """
    admin: str | Unset = UNSET
    """ `all`: everybody's resources; `vo`: those of the caller's VOs; empty: the caller's own. """
    datamanagement: str | Unset = UNSET
    """ `all`: everybody's resources; `vo`: those of the caller's VOs; empty: the caller's own. """
    additional_properties: dict[str, str] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        transfer = self.transfer

        deleg = self.deleg

        config = self.config

        admin = self.admin

        datamanagement = self.datamanagement

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if transfer is not UNSET:
            field_dict["transfer"] = transfer
        if deleg is not UNSET:
            field_dict["deleg"] = deleg
        if config is not UNSET:
            field_dict["config"] = config
        if admin is not UNSET:
            field_dict["admin"] = admin
        if datamanagement is not UNSET:
            field_dict["datamanagement"] = datamanagement

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        transfer = d.pop("transfer", UNSET)

        deleg = d.pop("deleg", UNSET)

        config = d.pop("config", UNSET)

        admin = d.pop("admin", UNSET)

        datamanagement = d.pop("datamanagement", UNSET)

        levels = cls(
            transfer=transfer,
            deleg=deleg,
            config=config,
            admin=admin,
            datamanagement=datamanagement,
        )

        levels.additional_properties = d
        return levels
