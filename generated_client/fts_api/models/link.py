from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

if TYPE_CHECKING:
    from ..models.link_hints import LinkHints


T = TypeVar("T", bound="Link")


@_attrs_define(repr=False)
class Link(Model):
    """A link, or a template of one."""

    href: str
    """ Path on this server; a URI template when `templated` is true. """
    title: str | Unset = UNSET
    """ What is there. """
    templated: bool | Unset = UNSET
    """ True when `href` is a URI template. """
    hints: LinkHints | Unset = UNSET
    """ What one can do with a link. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        href = self.href

        title = self.title

        templated = self.templated

        hints: dict[str, Any] | Unset = UNSET
        if not isinstance(self.hints, Unset):
            hints = self.hints.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "href": href,
            }
        )
        if title is not UNSET:
            field_dict["title"] = title
        if templated is not UNSET:
            field_dict["templated"] = templated
        if hints is not UNSET:
            field_dict["hints"] = hints

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.link_hints import LinkHints  # noqa: PLC0415

        d = dict(src_dict)
        href = d.pop("href")

        title = d.pop("title", UNSET)

        templated = d.pop("templated", UNSET)

        _hints = d.pop("hints", UNSET)
        hints: LinkHints | Unset
        if isinstance(_hints, Unset):
            hints = UNSET
        else:
            hints = LinkHints.from_dict(_hints)

        link = cls(
            href=href,
            title=title,
            templated=templated,
            hints=hints,
        )

        link.additional_properties = d
        return link
