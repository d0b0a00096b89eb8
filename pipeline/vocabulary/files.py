"""Read the project's own YAML files, naming file and entry in every error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import ConfigurationError

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _UniqueKeyLoader(_Loader):  # type: ignore[misc]
    """A safe loader that refuses a key written twice: the second would silently replace the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} stands twice", key.start_mark)
            seen.add(key.value)
        return dict(super().construct_mapping(node, deep=deep))


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping that a YAML file holds, its keys all text.

    Raises ConfigurationError, naming the file and where possible the line, when it is missing, is no mapping, or has a
    key that YAML reads as something else than text (an unquoted NO is a boolean).
    """
    try:
        with path.open("rb") as handle:
            data = yaml.load(handle, Loader=_UniqueKeyLoader)
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from error
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigurationError(f"{path}{line}: {error.problem}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: {' '.join(str(error).split())}") from error
    if not isinstance(data, dict):
        raise ConfigurationError(f"{path}: holds no mapping")
    _check_keys(path, data, "")
    return data


def section(path: Path, data: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the mapping under this name, or raise ConfigurationError."""
    found = data.get(name)
    if not isinstance(found, dict):
        raise ConfigurationError(f"{path}: {name}: a mapping is missing")
    return found


@contextmanager
def naming(where: Path | str) -> Iterator[None]:
    """Raise ConfigurationError, naming the file, where a part that is read within is missing or wrong."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigurationError(f"{where}: {error!r}: a part is missing or wrong") from error


def words(path: Path, entry: str, value: Any) -> tuple[str, ...]:
    """Return a list of non-empty texts as a tuple (None is an empty list), or raise ConfigurationError."""
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise ConfigurationError(f"{path}: {entry}: a list of words is expected, not {value!r}")
    return tuple(value)


def text(path: Path, entry: str, fields: Any, name: str) -> str:
    """Return a field that has to be there as text, or raise ConfigurationError."""
    value = fields.get(name) if isinstance(fields, dict) else None
    if not isinstance(value, str) or not value.strip():
        raise ConfigurationError(f"{path}: {entry}: {name} is missing or is no text")
    return value


def optional_text(path: Path, entry: str, fields: Any, name: str) -> str | None:
    """Return a field that may be absent or null, or raise ConfigurationError when it is something else than text."""
    return None if isinstance(fields, dict) and fields.get(name) is None else text(path, entry, fields, name)


def _check_keys(path: Path, data: dict[Any, Any], inside: str) -> None:
    for key, value in data.items():
        if not isinstance(key, str):
            raise ConfigurationError(f"{path}: {inside}{key!r}: put quotes around this key, it is no text")
        if isinstance(value, dict):
            _check_keys(path, value, f"{inside}{key}: ")
