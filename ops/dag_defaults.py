"""What all DAGs share: the warehouse asset, the arguments of tasks, and what a run is known by.

Not in a DAG file, since a DAG file that imported another would register the other's DAGs as its own.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Asset, get_current_context

from ops.alerts import task_failed

WAREHOUSE = Asset("readout_warehouse")
"""Updated by every load; the summarise DAG runs on it."""

DEFAULT_ARGS = {
    "owner": "readout",
    "retries": 3,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=15),
    "execution_timeout": timedelta(hours=2),
    "on_failure_callback": task_failed,
}
"""Retries after 30 s, 1 and 2 minutes; a task that takes two hours hangs; a failure after the last retry is an alert."""


def run_parameters() -> tuple[str, str | None, str | None, str]:
    """Return what a run is known by: its name, the start and end of its interval as ISO times, and what triggered it.

    A run that was triggered without a logical date has no interval.
    """
    run = get_current_context()["dag_run"]
    triggers = {"scheduled": "schedule", "backfill": "backfill"}
    start, end = (moment and moment.isoformat() for moment in (run.data_interval_start, run.data_interval_end))
    return f"{run.dag_id}/{run.run_id}", start, end, triggers.get(str(run.run_type.value), "manual")
