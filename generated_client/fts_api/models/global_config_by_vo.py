from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.global_config import GlobalConfig
    from ..models.no_global_config import NoGlobalConfig


T = TypeVar("T", bound="GlobalConfigByVo")


@_attrs_define
class GlobalConfigByVo:
    """VOs with their settings. The key `*`, for all VOs, is always there."""

    additional_properties: dict[str, GlobalConfig | NoGlobalConfig] = _attrs_field(
        init=False, factory=dict
    )

    def to_dict(self) -> dict[str, Any]:
        from ..models.global_config import GlobalConfig  # noqa: PLC0415

        field_dict: dict[str, Any] = {}
        for prop_name, prop in self.additional_properties.items():
            if isinstance(prop, GlobalConfig):
                field_dict[prop_name] = prop.to_dict()
            else:
                field_dict[prop_name] = prop.to_dict()

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.global_config import GlobalConfig  # noqa: PLC0415
        from ..models.no_global_config import NoGlobalConfig  # noqa: PLC0415

        d = dict(src_dict)
        global_config_by_vo = cls()

        additional_properties = {}
        for prop_name, prop_dict in d.items():

            def _parse_additional_property(data: object) -> GlobalConfig | NoGlobalConfig:
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    additional_property_type_0 = GlobalConfig.from_dict(data)

                    return additional_property_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                if not isinstance(data, dict):
                    raise TypeError()
                additional_property_type_1 = NoGlobalConfig.from_dict(data)

                return additional_property_type_1

            additional_property = _parse_additional_property(prop_dict)

            additional_properties[prop_name] = additional_property

        global_config_by_vo.additional_properties = additional_properties
        return global_config_by_vo

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> GlobalConfig | NoGlobalConfig:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: GlobalConfig | NoGlobalConfig) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
