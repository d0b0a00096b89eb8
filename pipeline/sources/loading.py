"""Reading sources from YAML files; every error names file and line."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from pipeline.errors import ConfigurationError
from pipeline.sources.model import Source

SUFFIX = ".yml"


def load_sources(folder: Path) -> list[Source]:
    """Return all sources of a folder, in order of their ids. Raises ConfigurationError naming file and line."""
    if not folder.is_dir():
        raise ConfigurationError(f"{folder}: no such folder of sources")
    return [load_file(path) for path in sorted(folder.glob(f"*{SUFFIX}"))]


def load_valid_sources(folder: Path) -> tuple[list[Source], dict[str, ConfigurationError]]:
    """Return the sources whose files are right, in order of their ids, and by id what is wrong with the others.

    One wrong file never keeps the other sources from running. Raises ConfigurationError where there is no such folder.
    """
    if not folder.is_dir():
        raise ConfigurationError(f"{folder}: no such folder of sources")
    sources, wrong = [], {}
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            sources.append(load_file(path))
        except ConfigurationError as error:
            wrong[path.stem] = error
    return sources, wrong


def load_source(source_id: str, folder: Path) -> Source:
    """Return the source of that id. Raises ConfigurationError naming file and line, or the known sources."""
    names = sorted(path.stem for path in folder.glob(f"*{SUFFIX}"))
    if source_id not in names:
        raise ConfigurationError(f"no source {source_id!r} in {folder}; there are: {', '.join(names) or 'none'}")
    return load_file(folder / f"{source_id}{SUFFIX}")


def load_file(path: Path) -> Source:
    """Return the source that a file describes. Raises ConfigurationError naming file and line."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigurationError(f"{path}:{line}: {error.problem}") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{path}: {' '.join(str(error).split())}") from None
    if not isinstance(node, yaml.MappingNode):
        raise ConfigurationError(f"{path}:1: a source is a mapping of names to values")
    try:
        values: dict[str, Any] = _values(path, node)
        if "id" in values:
            raise ConfigurationError(f"{path}:{_line(node, ('id',))}: id: the file's name is the id")
        source = Source(id=path.stem, **values)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigurationError(f"{path}:{line}: {error.problem}") from None
    except ValidationError as error:
        raise ConfigurationError(_first_error(path, node, error)) from None
    return _with_absolute_folders(source, path.parent)


class _UniqueKeyLoader(yaml.SafeLoader):
    """The safe loader, which would let the last of two equal keys win in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} stands here twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _values(path: Path, node: yaml.MappingNode) -> dict[str, Any]:
    loader = _UniqueKeyLoader("")
    loader.name = str(path)
    try:
        values = loader.construct_document(node)
    finally:
        loader.dispose()
    wrong = next((key for key in values if not isinstance(key, str)), None)
    if wrong is not None:
        raise ConfigurationError(f"{path}:{node.start_mark.line + 1}: {wrong!r} is no name; put it into quotes")
    return dict(values)


def _first_error(path: Path, node: yaml.Node, error: ValidationError) -> str:
    # a misspelt name goes before the missing one that it was meant for
    errors = sorted(error.errors(), key=lambda one: (one["type"] != "extra_forbidden", _line(node, one["loc"])))
    place = ".".join(str(part) for part in errors[0]["loc"])
    is_unknown = errors[0]["type"] == "extra_forbidden"
    message = "there is no such name" if is_unknown else errors[0]["msg"].removeprefix("Value error, ")
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"{path}:{_line(node, errors[0]['loc'])}: {place + ': ' if place else ''}{message}{more}"


def _line(node: yaml.Node, place: Sequence[int | str]) -> int:
    """Return the line of the key or item at that place, of the mapping around it where it is missing."""
    line = node.start_mark.line + 1
    for part in place:
        found = next((pair for key, pair in _children(node) if key == part), None)
        if found is None:
            break
        mark, node = found
        line = mark.start_mark.line + 1
    return line


def _children(node: yaml.Node) -> Iterator[tuple[int | str, tuple[yaml.Node, yaml.Node]]]:
    if isinstance(node, yaml.MappingNode):
        yield from ((key.value, (key, value)) for key, value in node.value)
    elif isinstance(node, yaml.SequenceNode):
        yield from ((number, (item, item)) for number, item in enumerate(node.value))


def _with_absolute_folders(source: Source, start: Path) -> Source:
    ways = []
    for one in source.discovery:
        for name, way in (("folder", one.folder), ("warc", one.warc)):
            if way is not None:
                one = one.model_copy(update={name: way.model_copy(update={"path": (start / way.path).resolve()})})
        ways.append(one)
    return source.model_copy(update={"discovery": tuple(ways)})
