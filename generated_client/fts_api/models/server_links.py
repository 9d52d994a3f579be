from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

if TYPE_CHECKING:
    from ..models.curie import Curie
    from ..models.link import Link


T = TypeVar("T", bound="ServerLinks")


@_attrs_define(repr=False)
class ServerLinks(Model):
    """Links by relation."""

    curies: list[Curie]
    """ What the prefixes of the relations stand for. """
    ftswhoami: Link | Unset = UNSET
    """ A link, or a template of one. """
    ftsjoblist: Link | Unset = UNSET
    """ A link, or a template of one. """
    ftsjob: Link | Unset = UNSET
    """ A link, or a template of one. """
    ftsconfigaudit: Link | Unset = UNSET
    """ A link, or a template of one. """
    ftssubmitschema: Link | Unset = UNSET
    """ A link, or a template of one. """
    ftsapidocs: Link | Unset = UNSET
    """ A link, or a template of one. """
    ftsjobsubmit: Link | Unset = UNSET
    """ A link, or a template of one. """
    ftsoptimizer: Link | Unset = UNSET
    """ A link, or a template of one. """
    ftsarchive: Link | Unset = UNSET
    """ A link, or a template of one. """
    additional_properties: dict[str, Link] = _attrs_field(init=False, factory=dict)
    _attributes = {
        "fts:whoami": "ftswhoami",
        "fts:joblist": "ftsjoblist",
        "fts:job": "ftsjob",
        "fts:configaudit": "ftsconfigaudit",
        "fts:submitschema": "ftssubmitschema",
        "fts:apidocs": "ftsapidocs",
        "fts:jobsubmit": "ftsjobsubmit",
        "fts:optimizer": "ftsoptimizer",
        "fts:archive": "ftsarchive",
    }

    def to_dict(self) -> dict[str, Any]:
        curies = []
        for curies_item_data in self.curies:
            curies_item = curies_item_data.to_dict()
            curies.append(curies_item)

        ftswhoami: dict[str, Any] | Unset = UNSET
        if not isinstance(self.ftswhoami, Unset):
            ftswhoami = self.ftswhoami.to_dict()

        ftsjoblist: dict[str, Any] | Unset = UNSET
        if not isinstance(self.ftsjoblist, Unset):
            ftsjoblist = self.ftsjoblist.to_dict()

        ftsjob: dict[str, Any] | Unset = UNSET
        if not isinstance(self.ftsjob, Unset):
            ftsjob = self.ftsjob.to_dict()

        ftsconfigaudit: dict[str, Any] | Unset = UNSET
        if not isinstance(self.ftsconfigaudit, Unset):
            ftsconfigaudit = self.ftsconfigaudit.to_dict()

        ftssubmitschema: dict[str, Any] | Unset = UNSET
        if not isinstance(self.ftssubmitschema, Unset):
            ftssubmitschema = self.ftssubmitschema.to_dict()

        ftsapidocs: dict[str, Any] | Unset = UNSET
        if not isinstance(self.ftsapidocs, Unset):
            ftsapidocs = self.ftsapidocs.to_dict()

        ftsjobsubmit: dict[str, Any] | Unset = UNSET
        if not isinstance(self.ftsjobsubmit, Unset):
            ftsjobsubmit = self.ftsjobsubmit.to_dict()

        ftsoptimizer: dict[str, Any] | Unset = UNSET
        if not isinstance(self.ftsoptimizer, Unset):
            ftsoptimizer = self.ftsoptimizer.to_dict()

        ftsarchive: dict[str, Any] | Unset = UNSET
        if not isinstance(self.ftsarchive, Unset):
            ftsarchive = self.ftsarchive.to_dict()

        field_dict: dict[str, Any] = {}
        for prop_name, prop in self.additional_properties.items():
            field_dict[prop_name] = prop.to_dict()

        field_dict.update(
            {
                "curies": curies,
            }
        )
        if ftswhoami is not UNSET:
            field_dict["fts:whoami"] = ftswhoami
        if ftsjoblist is not UNSET:
            field_dict["fts:joblist"] = ftsjoblist
        if ftsjob is not UNSET:
            field_dict["fts:job"] = ftsjob
        if ftsconfigaudit is not UNSET:
            field_dict["fts:configaudit"] = ftsconfigaudit
        if ftssubmitschema is not UNSET:
            field_dict["fts:submitschema"] = ftssubmitschema
        if ftsapidocs is not UNSET:
            field_dict["fts:apidocs"] = ftsapidocs
        if ftsjobsubmit is not UNSET:
            field_dict["fts:jobsubmit"] = ftsjobsubmit
        if ftsoptimizer is not UNSET:
            field_dict["fts:optimizer"] = ftsoptimizer
        if ftsarchive is not UNSET:
            field_dict["fts:archive"] = ftsarchive

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.curie import Curie  # noqa: PLC0415
        from ..models.link import Link  # noqa: PLC0415

        d = dict(src_dict)
        curies = []
        _curies = d.pop("curies")
        for curies_item_data in _curies:
            curies_item = Curie.from_dict(curies_item_data)

            curies.append(curies_item)

        _ftswhoami = d.pop("fts:whoami", UNSET)
        ftswhoami: Link | Unset
        if isinstance(_ftswhoami, Unset):
            ftswhoami = UNSET
        else:
            ftswhoami = Link.from_dict(_ftswhoami)

        _ftsjoblist = d.pop("fts:joblist", UNSET)
        ftsjoblist: Link | Unset
        if isinstance(_ftsjoblist, Unset):
            ftsjoblist = UNSET
        else:
            ftsjoblist = Link.from_dict(_ftsjoblist)

        _ftsjob = d.pop("fts:job", UNSET)
        ftsjob: Link | Unset
        if isinstance(_ftsjob, Unset):
            ftsjob = UNSET
        else:
            ftsjob = Link.from_dict(_ftsjob)

        _ftsconfigaudit = d.pop("fts:configaudit", UNSET)
        ftsconfigaudit: Link | Unset
        if isinstance(_ftsconfigaudit, Unset):
            ftsconfigaudit = UNSET
        else:
            ftsconfigaudit = Link.from_dict(_ftsconfigaudit)

        _ftssubmitschema = d.pop("fts:submitschema", UNSET)
        ftssubmitschema: Link | Unset
        if isinstance(_ftssubmitschema, Unset):
            ftssubmitschema = UNSET
        else:
            ftssubmitschema = Link.from_dict(_ftssubmitschema)

        _ftsapidocs = d.pop("fts:apidocs", UNSET)
        ftsapidocs: Link | Unset
        if isinstance(_ftsapidocs, Unset):
            ftsapidocs = UNSET
        else:
            ftsapidocs = Link.from_dict(_ftsapidocs)

        _ftsjobsubmit = d.pop("fts:jobsubmit", UNSET)
        ftsjobsubmit: Link | Unset
        if isinstance(_ftsjobsubmit, Unset):
            ftsjobsubmit = UNSET
        else:
            ftsjobsubmit = Link.from_dict(_ftsjobsubmit)

        _ftsoptimizer = d.pop("fts:optimizer", UNSET)
        ftsoptimizer: Link | Unset
        if isinstance(_ftsoptimizer, Unset):
            ftsoptimizer = UNSET
        else:
            ftsoptimizer = Link.from_dict(_ftsoptimizer)

        _ftsarchive = d.pop("fts:archive", UNSET)
        ftsarchive: Link | Unset
        if isinstance(_ftsarchive, Unset):
            ftsarchive = UNSET
        else:
            ftsarchive = Link.from_dict(_ftsarchive)

        server_links = cls(
            curies=curies,
            ftswhoami=ftswhoami,
            ftsjoblist=ftsjoblist,
            ftsjob=ftsjob,
            ftsconfigaudit=ftsconfigaudit,
            ftssubmitschema=ftssubmitschema,
            ftsapidocs=ftsapidocs,
            ftsjobsubmit=ftsjobsubmit,
            ftsoptimizer=ftsoptimizer,
            ftsarchive=ftsarchive,
        )

        additional_properties = {}
        for prop_name, prop_dict in d.items():
            additional_property = Link.from_dict(prop_dict)

            additional_properties[prop_name] = additional_property

        server_links.additional_properties = additional_properties
        return server_links
