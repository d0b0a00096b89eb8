"""Airflow's metadata database brought to the version that this Airflow wants, with the pool that loads wait in."""

from __future__ import annotations

from ops.airflow_home import WAREHOUSE_POOL


def prepare_metadata_database() -> None:
    """Migrate Airflow's metadata database where it needs it, and make the one-slot pool. Doing it again changes nothing.

    Airflow's environment (`airflow_environment`) has to be set before.
    """
    from airflow.models.pool import Pool
    from airflow.utils.db import check_migrations, initdb

    try:
        check_migrations(timeout=0)
    except TimeoutError:
        initdb()
    Pool.create_or_update_pool(
        WAREHOUSE_POOL, slots=1, description="One writer of Readout's working file", include_deferred=False
    )


if __name__ == "__main__":
    prepare_metadata_database()
