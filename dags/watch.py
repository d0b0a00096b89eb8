"""Whether the sources still speak: each day, of the published file. A source that fell silent is a red task and an alert."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import DAG, CronDataIntervalTimetable, get_current_context, task

from ops.alerts import run_deadlines
from ops.dag_defaults import DEFAULT_ARGS
from pipeline.settings import load_settings
from pipeline.sources import load_valid_sources

DOC = """
### Silence and delay

Looks once a day at each source that has ever been read, in the published file alone.

- A source is **silent** when its newest release is older than its YAML allows (`floors: newest_days`) or, where that says nothing,
  three times as old as the longest of its usual pauses.
- A source is **late** when no run has read it for two of its intervals: its DAG is paused, or its runs fail.
- **A red task is the alert**: its last line says which source, and since when. Nothing has to be cleared; mend the source, or the
  bound in its YAML, and the next day's run is green.
"""

_sources, _ = load_valid_sources(load_settings().sources)

with DAG(
    dag_id="watch",
    description="Sources that fell silent or are no longer read",
    schedule=CronDataIntervalTimetable("30 6 * * *", timezone="UTC"),
    start_date=datetime(2020, 1, 1, tzinfo=UTC),
    catchup=False,
    is_paused_upon_creation=False,
    max_active_runs=1,
    deadline=run_deadlines(),
    default_args={**DEFAULT_ARGS, "retries": 0},
    tags=["readout"],
    doc_md=DOC,
) as dag:

    @task(map_index_template="{{ source }}")
    def silence(source_id: str) -> str:
        """Say how fresh a source is; fail where it fell silent or is no longer read."""
        from pipeline import watching

        get_current_context()["source"] = source_id
        return watching.check_source(source_id)

    silence.expand(source_id=[source.id for source in _sources if source.enabled])
