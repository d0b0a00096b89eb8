"""Whenever a load has updated the warehouse: build the summary models, check them, publish the file that people open."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import DAG, task

from ops.alerts import run_deadlines
from ops.dag_defaults import DEFAULT_ARGS, WAREHOUSE

DOC = """
### Summary models and the published file

Runs when any source's load has updated the warehouse; the changes of several runs are joined into one build. It is
unpaused from the start, since it only follows what others load.

- **settle** waits until no run has handed anything on for some seconds, five minutes at most, so that a backfill or a busy hour
  makes one build and not one a run.
- **summarise** runs `dbt build` on the working file: models, contracts and tests.
- **publish** copies the checked file over the one that people open. Readers are never blocked.
- **When summarise is red**, the last line of its log names the failing checks and some rows that fail; the last published file
  stays in place until a build passes. What was loaded is kept: mend the cause, load the release again, or clear the task.
"""

with DAG(
    dag_id="summarise",
    description="Summary models, their checks, and the published file",
    schedule=[WAREHOUSE],
    start_date=datetime(2020, 1, 1, tzinfo=UTC),
    catchup=False,
    is_paused_upon_creation=False,
    max_active_runs=1,
    deadline=run_deadlines(),
    default_args={**DEFAULT_ARGS, "pool": "warehouse", "retries": 1},
    tags=["readout"],
    doc_md=DOC,
) as dag:

    @task(pool="default_pool")
    def settle() -> str:
        """Wait until other runs have loaded what they read, within bounds."""
        from pipeline import runs

        return runs.wait_for_quiet()

    @task
    def summarise() -> str:
        """Build and check the models; return one line with the counts."""
        from pipeline import runs

        return runs.summarise_warehouse()

    @task
    def publish() -> str:
        """Publish the working file; return the published file's path."""
        from pipeline import runs

        return runs.publish_warehouse()

    settle() >> summarise() >> publish()
