"""Where things lie and what a person can set. Read from the environment once, at the call of `load_settings`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
"""The folder that this package lies in: a checkout, or the packages of an installation."""
IS_CHECKOUT = (CHECKOUT / "sql" / "dbt_project.yml").exists()
STATE = CHECKOUT if IS_CHECKOUT else Path.home() / "readout"
"""Where state is kept by default: beside the code in a checkout, in the user's own folder for an installed package."""
SQL = CHECKOUT / "sql" if IS_CHECKOUT else CHECKOUT / "pipeline" / "_data" / "sql"


@dataclass(frozen=True, slots=True)
class Settings:
    """Paths and limits of one installation.

    `home` holds the runtime state that is neither code nor data (Airflow's home, PostgreSQL, the stages' hand-over files).
    `connect` maps a host name to the loopback `host:port` that serves it (the example newsroom): the only way to an address
    that is not public. `contact` stands in the user agent that issuers see.
    """

    home: Path
    warehouse: Path
    sql: Path
    sources: Path
    contact: str
    connect: tuple[tuple[str, str], ...] = ()
    lock_wait_s: float = 120.0

    @property
    def working_file(self) -> Path:
        """The private DuckDB file that one process at a time writes."""
        return self.warehouse / "working.duckdb"

    @property
    def published_file(self) -> Path:
        """The DuckDB file that people open."""
        return self.warehouse / "readout.duckdb"

    @property
    def corrections_file(self) -> Path:
        """The CSV file in which people correct what was read."""
        return self.warehouse / "corrections.csv"

    @property
    def archive(self) -> Path:
        """The folder of WARC files and their index."""
        return self.warehouse / "archive"

    @property
    def handover(self) -> Path:
        """The folder in which a run's stages hand each other files, removed after the commit."""
        return self.home / "handover"


def load_settings() -> Settings:
    """Return the settings that the environment names (READOUT_*), defaults for what it does not.

    READOUT_CONNECT is a comma-separated list of `name=host:port`. Raises ValueError with one clear line for a malformed one.
    """
    env = os.environ
    connect = []
    for item in filter(None, (part.strip() for part in env.get("READOUT_CONNECT", "").split(","))):
        name, separator, target = item.partition("=")
        if not separator or ":" not in target:
            raise ValueError(f"READOUT_CONNECT: {item!r} is not name=host:port")
        connect.append((name, target))
    return Settings(
        home=Path(env.get("READOUT_HOME", STATE / ".readout")),
        warehouse=Path(env.get("READOUT_WAREHOUSE", STATE / "warehouse")),
        sql=Path(env.get("READOUT_SQL", SQL)),
        sources=Path(env.get("READOUT_SOURCES", Path(__file__).resolve().parent / "sources")),
        contact=env.get("READOUT_CONTACT", "no contact set; see READOUT_CONTACT"),
        connect=tuple(connect),
        lock_wait_s=float(env.get("READOUT_LOCK_WAIT", "120")),
    )
