"""`make up` ended in every way that it ends in: nothing is left running. The browser's test ends it by Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import psutil
import psycopg2

from ops.postgres import run_metadata_database
from ops.up import keep_password
from tests.airflow_stack import Stack
from tests.conftest import ROOT
from tests.test_make_run import processes_of


def make_down(stack: Stack) -> str:
    """Call `make down` for the stack's home and return what it says."""
    command = ["make", "--no-print-directory", "down"]
    done = subprocess.run(command, cwd=ROOT, env=stack.env, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def wait_until_none(stack: Stack, but: tuple[str, ...] = (), timeout_s: float = 60) -> list[str]:
    """Wait until no process of the stack is left, but those named; return the names of what is left then."""
    deadline, names = time.monotonic() + timeout_s, ["?"]
    while names and time.monotonic() < deadline:
        time.sleep(0.2)
        names = []
        for pid in processes_of(stack.folder):
            try:
                names.append(psutil.Process(pid).name())
            except psutil.Error:
                continue
        names = [name for name in names if not name.startswith(but or ("\0",))]
    return names


def start_halfway(folder: Path, log: str) -> Stack:
    """Start it and return while it is starting, once a part of it writes its log."""
    stack = Stack(folder)
    stack.start(until="starting PostgreSQL")
    deadline = time.monotonic() + 120
    while not (folder / "home" / "logs" / log).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1)
    return stack


def test_a_terminal_that_closes_while_it_starts_ends_it(tmp_path: Path) -> None:
    stack = start_halfway(tmp_path, "database.log")
    assert stack.process is not None
    assert stack.process.stdout is not None
    stack.process.stdout.close()  # and nobody hears its last words
    stack.send(signal.SIGHUP)
    stack.process.wait(60)
    assert wait_until_none(stack) == []
    assert make_down(stack) == "nothing is running"


def test_a_killed_supervisor_takes_airflow_with_it_and_make_down_the_rest(tmp_path: Path) -> None:
    stack = start_halfway(tmp_path, "api-server.log")
    os.kill(int((tmp_path / "home" / "up.pid").read_text().split()[0]), signal.SIGKILL)
    assert wait_until_none(stack, but=("postgres",)) == []
    assert make_down(stack) == "stopped what was left"
    assert wait_until_none(stack) == []
    stack.stop()


def test_with_a_server_of_ones_own_it_is_stopped_from_elsewhere_and_the_server_is_not(tmp_path: Path) -> None:
    with run_metadata_database(tmp_path / "own") as server, Stack(tmp_path, READOUT_METADATA_DB=server) as stack:
        command = ["make", "--no-print-directory", "airflow", "ARGS=pools list --output plain"]
        told = subprocess.run(command, cwd=ROOT, env=stack.env, capture_output=True, text=True, timeout=120)
        assert re.search(r"^warehouse +1 ", told.stdout, re.MULTILINE), told.stdout + told.stderr
        assert make_down(stack) == "stopped"
        assert stack.process is not None
        assert stack.process.wait(60) == 0
        stack.stop()
        assert "stopped; data is kept" in stack.said
        assert wait_until_none(stack, but=("postgres", "pg_ctl")) == []
        assert not (tmp_path / "home" / "postgres").exists()
        with psycopg2.connect(server) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM dag")
            assert cursor.fetchone() is not None
        connection.close()


def test_a_server_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    stack = Stack(tmp_path, READOUT_METADATA_DB="postgresql://me:hush@127.0.0.1:1/airflow")
    stack.start(until="make up: ")
    stack.stop()
    assert "127.0.0.1" in stack.said
    assert "hush" not in stack.said
    assert "Traceback" not in stack.said


def test_a_password_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first = keep_password(tmp_path)
    assert keep_password(tmp_path) == first
    [path] = tmp_path.iterdir()
    assert path.stat().st_mode & 0o077 == 0
