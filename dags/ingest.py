"""One DAG a source: discover → fetch → read → load, for the run's data interval [from, to) in UTC.

At its top level this file imports Airflow and `pipeline.sources` with what that stands on, so that it parses fast. A task is
one call into `pipeline.runs`; what passes between tasks by XCom are names of hand-over files and counts, never records.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from airflow.sdk import DAG, Asset, CronDataIntervalTimetable, TriggerRule, get_current_context, task

from pipeline.errors import ConfigurationError
from pipeline.settings import load_settings
from pipeline.sources import Source, load_valid_sources

WAREHOUSE = Asset("readout_warehouse")
"""Updated by every load; the summarise DAG runs on it."""

DOC = """
### {name}

Reads the press releases that {issuer} published in the run's data interval and loads them into the warehouse.

- **discover** lists the addresses published in the interval; **fetch** gets each page once, into the archive; **read** parses
  and extracts events, attendees and topics; **load** writes all rows in one transaction; **report** says what came in.
- **A backfill** fills exactly the intervals between its two dates, through what the source can list. Repeating one changes
  nothing.
- **When a task is red**, read the last line of its log. Clearing it is always safe; a lost batch is told by **report** and
  can be cleared alone together with the tasks after it.
- Source: [{url}]({url}), schedule `{schedule}` (UTC).
"""


def run_parameters() -> tuple[str, str, str, str]:
    """Return what a run is known by: its name, the start and end of its interval as ISO times, and what triggered it."""
    context = get_current_context()
    dag_run = context["dag_run"]
    triggers = {"scheduled": "schedule", "backfill": "backfill"}
    start, end = (context[name].isoformat() for name in ("data_interval_start", "data_interval_end"))
    return f"{dag_run.dag_id}/{dag_run.run_id}", start, end, triggers.get(str(dag_run.run_type.value), "manual")


def ingest_dag(source: Source) -> DAG:
    """Return the DAG that ingests one source."""
    with DAG(
        dag_id=f"ingest_{source.id}",
        schedule=CronDataIntervalTimetable(source.schedule, timezone="UTC"),
        start_date=datetime.combine(source.start, time(), UTC),
        catchup=False,
        max_active_runs=2,
        default_args={
            "owner": "readout",
            "retries": 2,
            "retry_delay": timedelta(seconds=30),
            "retry_exponential_backoff": 2.0,
            "max_retry_delay": timedelta(minutes=15),
            "execution_timeout": timedelta(hours=2),
        },
        tags=["readout", "ingest", source.language, *([source.country] if source.country else [])],
        doc_md=DOC.format(name=source.name, issuer=source.issuer, url=source.url, schedule=source.schedule),
    ) as dag:

        @task
        def discover(source_id: str) -> list[str]:
            from pipeline import runs

            run_id, start, end, trigger = run_parameters()
            return runs.discover_run(source_id, run_id, start, end, trigger)

        @task
        def fetch(batch: str) -> str:
            from pipeline import runs

            return runs.fetch_batch(batch)

        @task
        def read(batch: str) -> str:
            from pipeline import runs

            return runs.read_batch(batch)

        @task(pool="warehouse", trigger_rule=TriggerRule.ALL_DONE, outlets=[WAREHOUSE])
        def load() -> dict[str, int | str]:
            from pipeline import runs

            return runs.load_run(run_parameters()[0])

        @task
        def report(loaded: dict[str, int | str]) -> None:
            from pipeline import runs

            print(runs.describe_run(loaded))

        loaded = load()
        read.expand(batch=fetch.expand(batch=discover(source.id))) >> loaded
        report(loaded)
    return dag


def broken_dag(source_id: str, error: ConfigurationError) -> DAG:
    """Return a DAG in place of that of a source whose file is wrong: it says so, and keeps no other from running."""
    with DAG(dag_id=f"ingest_{source_id}", schedule=None, tags=["readout", "broken"], doc_md=f"**{error}**") as dag:

        @task
        def configuration() -> None:
            raise ConfigurationError(str(error))

        configuration()
    return dag


_sources, _wrong = load_valid_sources(load_settings().sources)
for _source in _sources:
    if _source.enabled:
        globals()[f"ingest_{_source.id}"] = ingest_dag(_source)
for _id, _error in _wrong.items():
    globals()[f"ingest_{_id}"] = broken_dag(_id, _error)
