"""Airflow's own command line on what `make up` keeps: `make airflow ARGS="db clean --help"`."""

from __future__ import annotations

import os
import subprocess
import sys

from ops.airflow_home import airflow_environment
from ops.postgres import run_metadata_database
from pipeline.errors import ReadoutError
from pipeline.settings import load_settings


def main(arguments: list[str]) -> int:
    """Run `airflow` with these arguments on the home's database, whether or not `make up` runs; return its exit code."""
    home = load_settings().home
    try:
        with run_metadata_database(home) as database:
            env = {**os.environ, **airflow_environment(home, database)}
            return subprocess.run([sys.executable, "-m", "airflow", *arguments], env=env, check=False).returncode
    except ReadoutError as error:
        print(f"make airflow: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
