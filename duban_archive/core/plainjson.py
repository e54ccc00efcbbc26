"""Frozen things to plain JSON and back, by their own field types; how the catalogue and ``--json`` see the model."""

from __future__ import annotations

import dataclasses
import enum
import functools
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")


def to_json(value: Any) -> Any:
    """Plain JSON of a frozen thing: fields at their default are left out, tuples become lists."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        out = {}
        cls: Any = type(value)
        for name, default in _defaults(cls):
            field = getattr(value, name)
            if field != default:
                out[name] = to_json(field)
        return out
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, (tuple, list)):
        return [to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    return value


def from_json(cls: type[T], data: Any) -> T:
    """The frozen thing that ``to_json`` made ``data`` of; unknown keys (of a later version) are left out."""
    kind: Any = cls
    return typing.cast(T, _reader(kind)(data))


@functools.cache
def _defaults(cls: Any) -> tuple[tuple[str, Any], ...]:
    missing = object()
    found = []
    for field in dataclasses.fields(cls):
        default: Any = field.default
        if default is dataclasses.MISSING:
            factory: Any = field.default_factory
            default = missing if factory is dataclasses.MISSING else factory()
        found.append((field.name, default))
    return tuple(found)


@functools.cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    if dataclasses.is_dataclass(kind):
        build: Any = kind
        hints = typing.get_type_hints(kind)
        readers = {field.name: _reader(hints[field.name]) for field in dataclasses.fields(kind)}

        def read(data: Any) -> Any:
            return build(**{name: readers[name](item) for name, item in data.items() if name in readers})

        return read
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            inner = _reader(arguments[0])
            return lambda data: tuple(inner(item) for item in data)
        inners = tuple(_reader(argument) for argument in arguments)
        return lambda data: tuple(inner(item) for inner, item in zip(inners, data, strict=True))
    if origin in (typing.Union, types.UnionType):
        frozen: Any = next((a for a in arguments if dataclasses.is_dataclass(a)), None)
        if frozen is not None:
            inner = _reader(frozen)
            return lambda data: None if data is None else inner(data)
        if any(typing.get_origin(a) is tuple for a in arguments):
            return lambda data: tuple(data) if isinstance(data, list) else data
        if kinds := [a for a in arguments if isinstance(a, type) and issubclass(a, enum.Enum)]:
            return lambda data: None if data is None else kinds[0](data)
        return lambda data: data
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return kind
    return lambda data: data
