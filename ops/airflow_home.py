"""Airflow's settings, as environment variables, so that no configuration file has to be kept in step with the code."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from pipeline.settings import CHECKOUT

WAREHOUSE_POOL = "warehouse"
"""The pool of one slot that load and summarise hold, so that tasks wait in Airflow and not at the file lock."""

PARALLEL_TASKS = 8
"""Tasks at once; each slot is a waiting process of some 15 MB of its own."""


def airflow_environment(home: Path, database: str) -> dict[str, str]:
    """Return the variables that Airflow needs, for its home `home`/airflow and the database at `database`.

    `database` is a SQLAlchemy address without a driver; Airflow gets it with psycopg2 and with asyncpg. Secrets are made once
    and kept in the home, readable by the owner only.
    """
    airflow_home = home / "airflow"
    airflow_home.mkdir(parents=True, exist_ok=True)
    address = database.partition("://")[2]
    return {
        "AIRFLOW_HOME": str(airflow_home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(CHECKOUT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": str(PARALLEL_TASKS),
        "AIRFLOW__CORE__FERNET_KEY": "",
        "AIRFLOW__CORE__DAG_RUN_CONF_OVERRIDES_PARAMS": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://{address}",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": f"postgresql+asyncpg://{address}",
        "AIRFLOW__API__SECRET_KEY": _kept_secret(airflow_home / "api_secret"),
        "AIRFLOW__API_AUTH__JWT_SECRET": _kept_secret(airflow_home / "jwt_secret"),
        "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG": "False",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(CHECKOUT), os.environ.get("PYTHONPATH")])),
        **quiet_environment(),
    }


def quiet_environment() -> dict[str, str]:
    """Return the variables that keep Airflow, dbt and what they bring from reporting their use to anyone."""
    return {
        "DO_NOT_TRACK": "1",
        "SCARF_ANALYTICS": "false",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
    }


def _kept_secret(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(64))
    return path.read_text().strip()
