"""Whenever a load has updated the warehouse: build the summary models, check them, publish the file that people open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG, Asset, task

DOC = """
### Summary models and the published file

Runs when any source's load has updated the warehouse; the changes of several runs are joined into one build.

- **summarise** runs `dbt build` on the working file: models, contracts and tests.
- **publish** copies the checked file over the one that people open. Readers are never blocked.
- **When summarise is red**, its log names the failing check; the last published file stays in place until a build passes.
"""

with DAG(
    dag_id="summarise",
    schedule=[Asset("readout_warehouse")],
    start_date=datetime(2020, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={
        "owner": "readout",
        "pool": "warehouse",
        "retries": 1,
        "retry_delay": timedelta(seconds=30),
        "execution_timeout": timedelta(hours=2),
    },
    tags=["readout"],
    doc_md=DOC,
) as dag:

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

    summarise() >> publish()
