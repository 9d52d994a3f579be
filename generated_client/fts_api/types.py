"""Contains some shared types for properties"""

from collections.abc import Mapping, MutableMapping
from http import HTTPStatus
from typing import IO, Any, BinaryIO, ClassVar, Generic, Literal, TypeVar

from attrs import define


class Unset:
    def __bool__(self) -> Literal[False]:
        return False

    def __reduce__(self) -> str:
        return "UNSET"


UNSET: Unset = Unset()


class Model:
    """An object of JSON: what was sent is an attribute, and an item under its name in JSON"""

    __slots__ = ()
    __match_args__: ClassVar[tuple[str, ...]] = ()
    """ The attributes; `attrs` fills it in. """
    additional_properties: Any
    _attributes: ClassVar[Mapping[str, str]] = {}
    """ Attributes whose names are not those in JSON. """

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties)

    def _attribute(self, key: str) -> str | None:
        name = self._attributes.get(key, key)
        return name if name in self.__match_args__ else None

    def __getitem__(self, key: str) -> Any:
        name = self._attribute(key)
        value = self.additional_properties[key] if name is None else getattr(self, name)
        if value is UNSET:
            raise KeyError(key)
        return value

    def get(self, key: str, default: Any = None) -> Any:
        return self[key] if key in self else default

    def __setitem__(self, key: str, value: Any) -> None:
        if (name := self._attribute(key)) is None:
            self.additional_properties[key] = value
        else:
            setattr(self, name, value)

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        name = self._attribute(key)
        return (
            key in self.additional_properties if name is None else getattr(self, name) is not UNSET
        )

    def __repr__(self) -> str:
        values = {name: getattr(self, name) for name in self.__match_args__}
        if self.additional_properties:
            values["additional_properties"] = self.additional_properties
        shown = (f"{name}={value!r}" for name, value in values.items() if value is not UNSET)
        return f"{type(self).__name__}({', '.join(shown)})"


# The types that `httpx.Client(files=)` can accept, copied from that library.
FileContent = IO[bytes] | bytes | str
FileTypes = (
    # (filename, file (or bytes), content_type)
    tuple[str | None, FileContent, str | None]
    # (filename, file (or bytes), content_type, headers)
    | tuple[str | None, FileContent, str | None, Mapping[str, str]]
)
RequestFiles = list[tuple[str, FileTypes]]


@define
class File:
    """Contains information for file uploads"""

    payload: BinaryIO
    file_name: str | None = None
    mime_type: str | None = None

    def to_tuple(self) -> FileTypes:
        """Return a tuple representation that httpx will accept for multipart/form-data"""
        return self.file_name, self.payload, self.mime_type


T = TypeVar("T")


@define
class Response(Generic[T]):
    """A response from an endpoint"""

    status_code: HTTPStatus
    content: bytes
    headers: MutableMapping[str, str]
    parsed: T | None


__all__ = ["UNSET", "Model", "File", "FileTypes", "RequestFiles", "Response", "Unset"]
