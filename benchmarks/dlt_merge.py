"""What dlt takes to merge dictionaries: python -m benchmarks.dlt_merge FOLDER..., in an environment that has dlt.

Each FOLDER holds events, attendees and topics as Parquet files; they are merged one after the other into the tables of one file
beside the first of them. Lists stay lists in one JSON column, which spares dlt its child tables. Prints, a line a folder, the
seconds of `pipeline.run` alone.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

KEYS = {"events": ["event_id"], "attendees": ["mention_id"], "topics": ["event_id", "topic_id"]}


def main() -> None:
    """Merge, and print the seconds."""
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ["RUNTIME__LOG_LEVEL"] = "ERROR"
    import dlt
    import pyarrow.parquet as pq

    folders = [Path(name) for name in sys.argv[1:]]
    lists = {"evidence": {"data_type": "json"}, "written_as": {"data_type": "json"}}
    pipeline = dlt.pipeline(
        "merge",
        pipelines_dir=str(folders[0].parent / "dlt"),
        destination=dlt.destinations.duckdb(str(folders[0].parent / "dlt.duckdb")),
        dataset_name="merged",
    )
    for folder in folders:
        rows = {name: pq.read_table(folder / f"{name}.parquet").to_pylist() for name in KEYS}
        resources = [
            dlt.resource(rows[name], name=name, write_disposition="merge", primary_key=key, columns=lists)
            for name, key in KEYS.items()
        ]
        started = time.perf_counter()
        pipeline.run(resources)
        print(time.perf_counter() - started, flush=True)


if __name__ == "__main__":
    main()
