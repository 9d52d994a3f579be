from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

if TYPE_CHECKING:
    from ..models.core_version import CoreVersion
    from ..models.server_links import ServerLinks
    from ..models.version import Version


T = TypeVar("T", bound="ServerInfo")


@_attrs_define(repr=False)
class ServerInfo(Model):
    """Versions of the parts of a server, and links to its resources (HAL)."""

    delegation: Version
    """ A version in three numbers. """
    api: Version
    """ A version in three numbers. """
    schema: None | Version
    """ Version of the database schema; null when the database does not say. """
    core: CoreVersion | list[CoreVersion] | None
    """ Version of the transfer daemon's libraries on this host; null when they are not installed, a list
    when there are several. """
    field_links: ServerLinks
    """ Links by relation. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    _attributes = {"_links": "field_links"}

    def to_dict(self) -> dict[str, Any]:
        from ..models.core_version import CoreVersion  # noqa: PLC0415
        from ..models.version import Version  # noqa: PLC0415

        delegation = self.delegation.to_dict()

        api = self.api.to_dict()

        schema: dict[str, Any] | None
        if isinstance(self.schema, Version):
            schema = self.schema.to_dict()
        else:
            schema = self.schema

        core: dict[str, Any] | list[dict[str, Any]] | None
        if isinstance(self.core, CoreVersion):
            core = self.core.to_dict()
        elif isinstance(self.core, list):
            core = []
            for core_type_1_item_data in self.core:
                core_type_1_item = core_type_1_item_data.to_dict()
                core.append(core_type_1_item)

        else:
            core = self.core

        field_links = self.field_links.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "delegation": delegation,
                "api": api,
                "schema": schema,
                "core": core,
                "_links": field_links,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.core_version import CoreVersion  # noqa: PLC0415
        from ..models.server_links import ServerLinks  # noqa: PLC0415
        from ..models.version import Version  # noqa: PLC0415

        d = dict(src_dict)
        delegation = Version.from_dict(d.pop("delegation"))

        api = Version.from_dict(d.pop("api"))

        def _parse_schema(data: object) -> None | Version:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                schema_type_0 = Version.from_dict(data)

                return schema_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | Version", data)

        schema = _parse_schema(d.pop("schema"))

        def _parse_core(data: object) -> CoreVersion | list[CoreVersion] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                core_type_0 = CoreVersion.from_dict(data)

                return core_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, list):
                    raise TypeError()
                core_type_1 = []
                _core_type_1 = data
                for core_type_1_item_data in _core_type_1:
                    core_type_1_item = CoreVersion.from_dict(core_type_1_item_data)

                    core_type_1.append(core_type_1_item)

                return core_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("CoreVersion | list[CoreVersion] | None", data)

        core = _parse_core(d.pop("core"))

        field_links = ServerLinks.from_dict(d.pop("_links"))

        server_info = cls(
            delegation=delegation,
            api=api,
            schema=schema,
            core=core,
            field_links=field_links,
        )

        server_info.additional_properties = d
        return server_info
