from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

if TYPE_CHECKING:
    from ..models.leaked_method import LeakedMethod
    from ..models.levels import Levels


T = TypeVar("T", bound="Whoami")


@_attrs_define(repr=False)
class Whoami(Model):
    """The caller as the server sees it."""

    user_dn: str
    """ Subject of the end-entity certificate in slash form, whatever the number of proxies on top; the
    subject of a token; `anon` for anonymous callers. """
    dn: list[str]
    """ `user_dn`, then the subject of each proxy on top of it. """
    base_id: str
    """ Name space of `vos_id` and of deterministic job ids; the same on all servers. """
    voms_cred: list[str]
    """ FQANs in the order of the VOMS attributes; the scopes of a token. """
    vos: list[str]
    """ VOs and groups of the caller; the first one owns the jobs submitted. Without VOMS attributes the
    delegation id itself (a virtual VO), unless the gridmap file names one. Empty for anonymous callers. """
    vos_id: list[str]
    """ For each of `vos` its UUID, version 5 in the name space `base_id`. """
    roles: list[str]
    """ VOMS roles, without NULL. """
    level: Levels | list[str]
    """ What the caller may do; an empty list for anonymous callers. """
    delegation_id: None | str
    """ Names the caller's delegated credential; null for anonymous callers. """
    method: str
    """ How the caller was recognised. """
    is_root: bool
    """ The caller presents the server's own host certificate; every level is `all` then. """
    oauth2_scope: None | str | Unset = UNSET
    """ Scopes of the token, separated by blanks; token callers only. """
    wlcg_profile: bool | Unset = UNSET
    """ The token names a version of the WLCG profile; token callers only. """
    get_granted_level_for: LeakedMethod | Unset = UNSET
    """ Always `{}`; a method of the server that leaks into answers to token callers. """
    get_granted_level_for_overriden: LeakedMethod | Unset = UNSET
    """ Always `{}`; a method of the server that leaks into answers to token callers. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.levels import Levels  # noqa: PLC0415

        user_dn = self.user_dn

        dn = self.dn

        base_id = self.base_id

        voms_cred = self.voms_cred

        vos = self.vos

        vos_id = self.vos_id

        roles = self.roles

        level: dict[str, Any] | list[str]
        if isinstance(self.level, Levels):
            level = self.level.to_dict()
        else:
            level = self.level

        delegation_id = self.delegation_id

        method = self.method

        is_root = self.is_root

        oauth2_scope = self.oauth2_scope

        wlcg_profile = self.wlcg_profile

        get_granted_level_for: dict[str, Any] | Unset = UNSET
        if not isinstance(self.get_granted_level_for, Unset):
            get_granted_level_for = self.get_granted_level_for.to_dict()

        get_granted_level_for_overriden: dict[str, Any] | Unset = UNSET
        if not isinstance(self.get_granted_level_for_overriden, Unset):
            get_granted_level_for_overriden = self.get_granted_level_for_overriden.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "user_dn": user_dn,
                "dn": dn,
                "base_id": base_id,
                "voms_cred": voms_cred,
                "vos": vos,
                "vos_id": vos_id,
                "roles": roles,
                "level": level,
                "delegation_id": delegation_id,
                "method": method,
                "is_root": is_root,
            }
        )
        if oauth2_scope is not UNSET:
            field_dict["oauth2_scope"] = oauth2_scope
        if wlcg_profile is not UNSET:
            field_dict["wlcg_profile"] = wlcg_profile
        if get_granted_level_for is not UNSET:
            field_dict["get_granted_level_for"] = get_granted_level_for
        if get_granted_level_for_overriden is not UNSET:
            field_dict["get_granted_level_for_overriden"] = get_granted_level_for_overriden

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.leaked_method import LeakedMethod  # noqa: PLC0415
        from ..models.levels import Levels  # noqa: PLC0415

        d = dict(src_dict)
        user_dn = d.pop("user_dn")

        dn = cast("list[str]", d.pop("dn"))

        base_id = d.pop("base_id")

        voms_cred = cast("list[str]", d.pop("voms_cred"))

        vos = cast("list[str]", d.pop("vos"))

        vos_id = cast("list[str]", d.pop("vos_id"))

        roles = cast("list[str]", d.pop("roles"))

        def _parse_level(data: object) -> Levels | list[str]:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                level_type_0 = Levels.from_dict(data)

                return level_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, list):
                raise TypeError()
            level_type_1 = cast("list[str]", data)

            return level_type_1

        level = _parse_level(d.pop("level"))

        delegation_id = d.pop("delegation_id")

        method = d.pop("method")

        is_root = d.pop("is_root")

        oauth2_scope = d.pop("oauth2_scope", UNSET)

        wlcg_profile = d.pop("wlcg_profile", UNSET)

        _get_granted_level_for = d.pop("get_granted_level_for", UNSET)
        get_granted_level_for: LeakedMethod | Unset
        if isinstance(_get_granted_level_for, Unset):
            get_granted_level_for = UNSET
        else:
            get_granted_level_for = LeakedMethod.from_dict(_get_granted_level_for)

        _get_granted_level_for_overriden = d.pop("get_granted_level_for_overriden", UNSET)
        get_granted_level_for_overriden: LeakedMethod | Unset
        if isinstance(_get_granted_level_for_overriden, Unset):
            get_granted_level_for_overriden = UNSET
        else:
            get_granted_level_for_overriden = LeakedMethod.from_dict(
                _get_granted_level_for_overriden
            )

        whoami = cls(
            user_dn=user_dn,
            dn=dn,
            base_id=base_id,
            voms_cred=voms_cred,
            vos=vos,
            vos_id=vos_id,
            roles=roles,
            level=level,
            delegation_id=delegation_id,
            method=method,
            is_root=is_root,
            oauth2_scope=oauth2_scope,
            wlcg_profile=wlcg_profile,
            get_granted_level_for=get_granted_level_for,
            get_granted_level_for_overriden=get_granted_level_for_overriden,
        )

        whoami.additional_properties = d
        return whoami
