"""`make up` and `make down`: Airflow with its database and the example newsroom, as one thing that starts and stops.

A small supervisor and no daemon manager: `airflow standalone` leaves processes behind on SIGTERM, and a Procfile manager would
not wait for PostgreSQL, make secrets, or know that a home is in use already.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import secrets
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path

from ops.airflow_home import airflow_environment
from ops.parts import PATIENCE_S, Part, stop_parts
from ops.postgres import metadata_database_runs, run_metadata_database, stop_metadata_database
from pipeline.errors import ReadoutError
from pipeline.settings import load_settings

USER = "admin"
PARTS = {
    "api-server": ["api-server"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
}
"""Airflow's processes. Logs are read where they lie: the servers of logs would listen on every address of the machine."""
MOST_STARTS = 4
"""How often a part may be started; one that keeps ending needs a person."""
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, `make down` and a closed terminal."""


def main() -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m ops.up", description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=["up", "down"])
    parser.add_argument("--port", type=int, default=int(os.environ.get("READOUT_PORT", "8080")), help="of the UI")
    arguments = parser.parse_args()
    home = load_settings().home
    try:
        return down(home) if arguments.action == "down" else up(home, arguments.port)
    except ReadoutError as error:
        print(f"make {arguments.action}: {error}", file=sys.stderr)
        return 1


def up(home: Path, port: int) -> int:
    """Start everything, say where it is, and keep it running until a signal comes or a part keeps failing."""
    for number in STOPPING:
        signal.signal(number, _interrupt)
    home.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(_holding(home / "up.pid", port))
        if not _is_free(port):
            raise ReadoutError(f"port {port} is in use; choose another with READOUT_PORT=8081 make up")
        try:
            _say("starting PostgreSQL and Airflow")
            serve(stack, home, port)
        except KeyboardInterrupt:
            _say("stopping")
        finally:
            for number in STOPPING:  # a second Ctrl-C must not keep the first from ending everything
                signal.signal(number, signal.SIG_IGN)
    _say("stopped; data is kept")
    return 0


def serve(stack: ExitStack, home: Path, port: int) -> None:
    """Start the newsroom, the database and Airflow's parts, and watch them. Returns only by an exception."""
    from examples.newsroom.server import HOST, serve_newsroom

    newsroom = stack.enter_context(serve_newsroom())
    connect = [f"{HOST}=127.0.0.1:{newsroom.port}", os.environ.get("READOUT_CONNECT", "")]
    os.environ["READOUT_CONNECT"] = ",".join(filter(None, connect))
    database = stack.enter_context(run_metadata_database(home))
    os.environ.update(airflow_environment(home, database))
    os.environ["AIRFLOW__API__PORT"] = str(port)
    os.environ["AIRFLOW__API__HOST"] = "127.0.0.1"
    os.environ["AIRFLOW__API__BASE_URL"] = f"http://localhost:{port}"
    os.environ["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] = f"http://127.0.0.1:{port}/execution/"
    password = keep_password(home / "airflow")
    logs = home / "logs"
    logs.mkdir(exist_ok=True)
    prepare = Part("database", [sys.executable, "-m", "ops.airflow_database"], logs / "database.log")
    parts = [prepare] + [
        Part(name, [sys.executable, "-m", "airflow", *command], logs / f"{name}.log") for name, command in PARTS.items()
    ]
    stack.callback(stop_parts, parts)
    prepare.start()
    while prepare.ended_with is None:
        time.sleep(0.1)
    if prepare.ended_with:
        raise ReadoutError(f"Airflow's database could not be prepared; see {prepare.log}")
    parts.remove(prepare)
    scheduler = next(part for part in parts if part.name == "scheduler")
    for part in parts:
        if part is not scheduler:
            part.start()
    while _health(port) is None:  # a task that starts before the API server answers gives up after some seconds
        watch(parts, home)
        time.sleep(0.2)
    scheduler.start()
    while _health(port) != "healthy":
        watch(parts, home)
        time.sleep(0.5)
    _say(f"Airflow is at http://localhost:{port}  user {USER}  password {password}")
    _say(f"logs in {logs}; Ctrl-C or `make down` stops everything")
    while True:
        watch(parts, home)
        time.sleep(1)


def watch(parts: list[Part], home: Path) -> None:
    """Start again a part that has ended. Raises ReadoutError when one ends again and again, or if the database has ended."""
    if not metadata_database_runs(home):
        raise ReadoutError(f"PostgreSQL has ended; start again (its log: {home / 'postgres' / 'log'})")
    for part in parts:
        if part.ended_with is not None:
            if part.starts >= MOST_STARTS:
                raise ReadoutError(f"{part.name} ended {part.starts} times; see {part.log}")
            _say(f"{part.name} ended with {part.ended_with}; starting it again")
            stop_parts([part], patience_s=2)  # what it left: its workers, and the tasks of those
            part.start()


def down(home: Path) -> int:
    """Stop the `make up` of this home from elsewhere, and wait until it has; or what a killed one has left."""
    path = home / "up.pid"
    pid = _holder(path)
    if pid is None:
        with _holding(path, 0) if path.exists() else nullcontext():
            _say("stopped what was left" if stop_metadata_database(home) else "nothing is running")
        return 0
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 4 * PATIENCE_S
    while time.monotonic() < deadline:
        if _holder(path) is None:
            _say("stopped")
            return 0
        time.sleep(0.1)
    raise ReadoutError(f"process {pid} has not stopped")


def keep_password(airflow_home: Path) -> str:
    """Return the UI's password, made at the first call and kept where Airflow's auth manager looks, for the owner only."""
    path = airflow_home / "simple_auth_manager_passwords.json.generated"
    if path.exists() and (kept := json.loads(path.read_text() or "{}").get(USER)):
        return str(kept)
    password = secrets.token_urlsafe(9)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        json.dump({USER: password}, file)
    return password


@contextmanager
def _holding(path: Path, port: int) -> Iterator[None]:
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            pid, _, held_port = file.read().strip().partition(" ")
            raise ReadoutError(f"already up at http://localhost:{held_port} (process {pid})") from None
        file.truncate(0)
        file.write(f"{os.getpid()} {port}")
        file.flush()
        yield


def _holder(path: Path) -> int | None:
    """Return the pid that holds the lock, None where nobody does."""
    if not path.exists():
        return None
    with path.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(file.read().split()[0])
    return None


def _health(port: int) -> str | None:
    """Return how the scheduler is, as the API server says; None while that does not answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v2/monitor/health", timeout=2) as response:
            return str(json.load(response)["scheduler"]["status"])
    except (OSError, ValueError, KeyError):
        return None


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _say(line: str) -> None:
    with suppress(OSError):  # the terminal may be gone
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
