"""The warehouse, as the steps use it: load rows, publish the file, query what is published. The rest are its parts."""

from pipeline.warehouse.compare import hash_tables
from pipeline.warehouse.corrections import Stale, decided_pairs, find_stale, note_corrections
from pipeline.warehouse.dictionary import describe_tables
from pipeline.warehouse.engagements import JoinResult, join_engagements
from pipeline.warehouse.export import EDGES, NODES, list_tables, read_batches
from pipeline.warehouse.file import Connection, guard_file, open_working
from pipeline.warehouse.load import LoadResult, load, load_tables
from pipeline.warehouse.lock import Lock, hold_lock
from pipeline.warehouse.people import MentionRow, ResolvedPerson, ResolvePeople
from pipeline.warehouse.publish import Published, is_built, publish, read_manifest, record_build
from pipeline.warehouse.read import open_published, query_published, sample_rows
from pipeline.warehouse.rebuild import rebuild
from pipeline.warehouse.usual import Earlier, read_earlier

__all__ = [
    "EDGES",
    "NODES",
    "Connection",
    "Earlier",
    "JoinResult",
    "LoadResult",
    "Lock",
    "MentionRow",
    "Published",
    "ResolvePeople",
    "ResolvedPerson",
    "Stale",
    "decided_pairs",
    "describe_tables",
    "find_stale",
    "guard_file",
    "hash_tables",
    "hold_lock",
    "is_built",
    "join_engagements",
    "list_tables",
    "load",
    "load_tables",
    "note_corrections",
    "open_published",
    "open_working",
    "publish",
    "query_published",
    "read_batches",
    "read_earlier",
    "read_manifest",
    "rebuild",
    "record_build",
    "sample_rows",
]
