"""One DAG a source: discover → fetch → read → load, for the run's data interval [from, to) in UTC.

At its top level this file imports Airflow and `pipeline.sources` with what that stands on, so that it parses fast. A task is
one call into `pipeline.runs`; what passes between tasks by XCom are names of hand-over files and counts, never records.
"""

from __future__ import annotations

from datetime import UTC, datetime, time

from airflow.sdk import DAG, CronDataIntervalTimetable, TriggerRule, task, task_group
from airflow.sdk.exceptions import AirflowFailException

from ops.alerts import run_deadlines, task_failed
from ops.dag_defaults import DEFAULT_ARGS, WAREHOUSE, run_parameters
from pipeline.errors import ConfigurationError
from pipeline.settings import load_settings
from pipeline.sources import Source, load_valid_sources

DOC = """
### {name}

Reads the press releases that {issuer} published in the run's data interval and loads them into the warehouse.

| task | what it does |
|---|---|
| **discover** | lists the addresses published in the interval, in batches |
| **batch.fetch** | gets a batch's pages into the archive; what the archive has is asked for again only with cause |
| **batch.read** | parses and extracts events, attendees and topics, without the network |
| **load** | writes all rows in one transaction, one load at a time |
| **report** | says what was found, loaded, skipped and could not be looked at, and how much of the interval was covered |

**A backfill** (*Trigger* → *Backfill*) fills exactly the intervals between its two dates, as far back as the source lists
({start:%Y-%m-%d}). What a run does follows from its interval alone. Repeating one, running it backwards, or beside the schedule
changes nothing: the same pages give the same rows. *Missing runs* asks for intervals that never ran, *missing and errored* also
for those that failed, *all runs* for every one again.

**When it is red**, read the last line of the red task's log, then clear that task: clearing is always safe.

- *batch.fetch* or *batch.read*: a batch was lost after its retries; the others are loaded. Clear the batch with what follows it.
- *load*: another process holds the warehouse (the line names it), or the disk is full. Nothing was loaded in part.
- *report*: it names the batches that were lost, see above.
- The run is red and no task ran: its note says that the pool is missing, and how to make it.

Source: [{url}]({url}), schedule `{schedule}` (UTC).
"""


def ingest_dag(source: Source) -> DAG:
    """Return the DAG that ingests one source."""
    with DAG(
        dag_id=f"ingest_{source.id}",
        description=f"Press releases of {source.issuer}",
        schedule=CronDataIntervalTimetable(source.schedule, timezone="UTC"),
        start_date=datetime.combine(source.start, time(), UTC),
        catchup=False,
        max_active_runs=2,
        deadline=run_deadlines(),
        default_args=DEFAULT_ARGS,
        tags=["readout", "ingest", source.language, *([source.country] if source.country else [])],
        doc_md=DOC.format(
            name=source.name, issuer=source.issuer, url=source.url, schedule=source.schedule, start=source.start
        ),
    ) as dag:

        @task
        def discover(source_id: str) -> list[str]:
            """List the addresses published in the interval; return the names of their batches' files."""
            from pipeline import runs

            run_id, start, end, trigger = run_parameters()
            if start is None:
                start, end = runs.latest_interval(source_id)
            return runs.discover_run(source_id, run_id, start, end, trigger)

        @task_group
        def batch(addresses: str) -> None:
            """One batch on its own: where it is lost, the others go on."""

            @task
            def fetch(addresses: str) -> str:
                """Get a batch's pages into the archive; return the name of the file that refers to them."""
                from pipeline import runs

                return runs.fetch_batch(addresses)

            @task
            def read(pages: str) -> str:
                """Parse and extract a batch's pages; return the name of the folder of rows."""
                from pipeline import runs

                return runs.read_batch(pages)

            read(fetch(addresses))

        @task(pool="warehouse", trigger_rule=TriggerRule.ALL_DONE, outlets=[WAREHOUSE])
        def load() -> dict[str, int | str]:
            """Write the rows of all batches that were read, in one transaction; return the run's counts."""
            from pipeline import runs

            run_id = run_parameters()[0]
            if not runs.is_discovered(run_id):
                raise AirflowFailException("nothing to load: clear discover, with what follows it")
            return runs.load_run(run_id)

        @task(retries=0)
        def report(loaded: dict[str, int | str]) -> None:
            """Say what the run found, loaded, skipped and could not look at; fail where a batch was lost."""
            from pipeline import runs

            print(runs.describe_run(loaded))
            runs.close_run(str(loaded["run_id"]))

        batches, loaded = discover(source.id), load()
        batches >> batch.expand(addresses=batches) >> loaded
        batches >> loaded
        report(loaded)
    return dag


def broken_dag(source_id: str, error: ConfigurationError) -> DAG:
    """Return a DAG in place of that of a source whose file is wrong: it says so, and keeps no other from running."""
    with DAG(dag_id=f"ingest_{source_id}", schedule=None, tags=["readout", "broken"], doc_md=f"**{error}**") as dag:

        @task(owner="readout", on_failure_callback=task_failed)
        def configuration() -> None:
            """Say what is wrong with the source's file."""
            raise ConfigurationError(str(error))

        configuration()
    return dag


_sources, _wrong = load_valid_sources(load_settings().sources)
for _source in _sources:
    if _source.enabled:
        globals()[f"ingest_{_source.id}"] = ingest_dag(_source)
for _id, _error in _wrong.items():
    globals()[f"ingest_{_id}"] = broken_dag(_id, _error)
