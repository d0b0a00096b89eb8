"""A check before each run: without its pool a task would wait for ever, so the run fails at once and says why.

Tasks cannot ask for pools (they have no access to Airflow's database), so the scheduler looks, as a listener.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.listeners import hookimpl

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun

TAG = "readout"


@hookimpl  # type: ignore[untyped-decorator]  # airflow's hooks carry no types
def on_dag_run_running(dag_run: DagRun) -> None:
    """Fail a run of one of our DAGs whose tasks name a pool that is not there, with a note that says how to make it."""
    dag = dag_run.dag
    if dag is None or TAG not in dag.tags:
        return
    from airflow.models.pool import Pool
    from airflow.utils.state import DagRunState
    from sqlalchemy import select
    from sqlalchemy.orm import object_session

    session = object_session(dag_run)
    if session is None:
        return
    wanted = {task.pool for task in dag.tasks}
    missing = sorted(wanted - set(session.scalars(select(Pool.pool).where(Pool.pool.in_(wanted)))))
    if missing:
        dag_run.set_state(DagRunState.FAILED)
        dag_run.note = (
            f"The pool {', '.join(missing)} is missing, so tasks would never start. Make it: "
            + "; ".join(f"`airflow pools set {pool} 1 'One writer of Readout'`" for pool in missing)
            + ", then clear this run."
        )
