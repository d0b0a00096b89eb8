"""Archived pages read again with today's rules, for the run's data interval [from, to) in UTC; nobody is asked anything."""

from __future__ import annotations

from datetime import UTC, datetime, time

from airflow.sdk import DAG, CronDataIntervalTimetable, TriggerRule, task

from ops.alerts import run_deadlines
from ops.dag_defaults import DEFAULT_ARGS, WAREHOUSE, run_parameters
from pipeline.settings import load_settings
from pipeline.sources import load_valid_sources

DOC = """
### Read the archive again

Takes the archived pages of every release published in the run's data interval, of all sources, and reads them with the rules
of today. Ids stay, rows that read otherwise now are replaced, rows that read the same stay as they are. The network is not used.

- **After rules were bettered**, start a backfill over the dates that shall have them. *All runs* reads months again that were
  reprocessed before.
- Unpaused, it reads each month again when the month has ended, which changes something only where rules changed meanwhile.
- **choose** takes the pages, **read** reads a batch of them, **load** writes each source's rows in one transaction, **report**
  says what changed.
- **When it is red**, read the last line of the red task's log and clear the task: clearing is always safe.
"""

_sources, _ = load_valid_sources(load_settings().sources)

with DAG(
    dag_id="reprocess",
    description="Archived pages read again with today's rules",
    schedule=CronDataIntervalTimetable("0 0 1 * *", timezone="UTC"),
    start_date=datetime.combine(min((source.start for source in _sources), default=datetime(2020, 1, 1)), time(), UTC),
    catchup=False,
    max_active_runs=2,
    deadline=run_deadlines(),
    default_args=DEFAULT_ARGS,
    tags=["readout", "archive"],
    doc_md=DOC,
) as dag:

    @task
    def choose() -> list[str]:
        """Take the archived pages of the interval, of all sources; return the names of their batches' files."""
        from pipeline import runs

        run_id, start, end, _ = run_parameters()
        return runs.reread_all(run_id, start, end)

    @task
    def read(batch: str) -> str:
        """Parse and extract a batch's pages with today's rules; return the name of the folder of rows."""
        from pipeline import runs

        return runs.read_batch(batch)

    @task(pool="warehouse", trigger_rule=TriggerRule.ALL_DONE, outlets=[WAREHOUSE])
    def load() -> list[dict[str, int | str]]:
        """Write the rows of each source in one transaction; return each source's counts."""
        from pipeline import runs

        return runs.load_reread(run_parameters()[0])

    @task(retries=0)
    def report(loaded: list[dict[str, int | str]]) -> None:
        """Say what was read again and what changed; fail where a batch was lost."""
        from pipeline import runs

        print(runs.describe_reread(loaded))

    chosen, loaded = choose(), load()
    read.expand(batch=chosen) >> loaded
    chosen >> loaded
    report(loaded)
