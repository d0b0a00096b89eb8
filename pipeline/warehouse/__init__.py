"""The warehouse, as the steps use it: load rows, publish the file, query what is published. The rest are its parts."""

from pipeline.warehouse.compare import hash_tables
from pipeline.warehouse.dictionary import describe_tables
from pipeline.warehouse.engagements import JoinResult, join_engagements
from pipeline.warehouse.file import Connection, open_working
from pipeline.warehouse.load import LoadResult, load, load_tables
from pipeline.warehouse.lock import Lock, hold_lock
from pipeline.warehouse.people import MentionRow, ResolvedPerson, ResolvePeople
from pipeline.warehouse.publish import Published, is_built, publish, read_manifest, record_build
from pipeline.warehouse.read import open_published, query_published, sample_rows
from pipeline.warehouse.rebuild import rebuild
from pipeline.warehouse.usual import Earlier, read_earlier

__all__ = [
    "Connection",
    "Earlier",
    "JoinResult",
    "LoadResult",
    "Lock",
    "MentionRow",
    "Published",
    "ResolvePeople",
    "ResolvedPerson",
    "describe_tables",
    "hash_tables",
    "hold_lock",
    "is_built",
    "join_engagements",
    "load",
    "load_tables",
    "open_published",
    "open_working",
    "publish",
    "query_published",
    "read_earlier",
    "read_manifest",
    "rebuild",
    "record_build",
    "sample_rows",
]
