"""A real Airflow as `make up` starts it, its state under a folder of its own, for the tests, the soak and the benchmark."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from tests.conftest import ROOT, environment

READY = "Airflow is at"
QUICK = {
    "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
    "AIRFLOW__SCHEDULER__MAX_DAGRUNS_TO_CREATE_PER_LOOP": "20",
}
"""Waits of seconds are for clusters."""


def free_port() -> int:
    """Return a port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stack:
    """`make up` in a folder; a context manager that ends it by SIGTERM."""

    def __init__(self, folder: Path, **env: str) -> None:
        self.folder, self.port = folder, free_port()
        self.address = f"http://localhost:{self.port}"
        self.env = environment(folder, READOUT_PORT=str(self.port), **{**QUICK, **env})
        self.said = ""
        self.password = ""
        self.process: subprocess.Popen[bytes] | None = None
        self._token = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, until: str = READY, timeout_s: float = 180) -> float:
        """Start it and wait until it says so; return the seconds that took."""
        began = time.monotonic()
        self.said = ""
        self.process = subprocess.Popen(
            ["make", "--no-print-directory", "up"],
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.wait_for_words(until, timeout_s)
        if until == READY:
            self.password = self.said.split("password", 1)[1].split()[0]
            self._token = ""
        return time.monotonic() - began

    def wait_for_words(self, words: str, timeout_s: float) -> None:
        """Read what it prints until the words are there."""
        assert self.process is not None
        assert self.process.stdout is not None
        deadline = time.monotonic() + timeout_s
        while words not in self.said or not self.said.endswith("\n"):
            ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, deadline - time.monotonic()))
            chunk = os.read(self.process.stdout.fileno(), 65536) if ready else b""
            if not chunk:
                raise AssertionError(f"it did not say {words!r}: {self.said}")
            self.said += chunk.decode(errors="replace")

    def send(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send a signal as a terminal would: to the whole foreground group."""
        assert self.process is not None
        os.killpg(self.process.pid, number)

    def stop(self, number: signal.Signals = signal.SIGTERM, timeout_s: float = 60) -> int:
        """End it by a signal and return its exit code."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.send(number)
        output, _ = self.process.communicate(timeout=timeout_s)
        self.said += output.decode(errors="replace")
        code, self.process = self.process.returncode, None
        return code

    def api(self, method: str, path: str, body: object = None) -> Any:
        """Ask Airflow's REST API; return what it answers. Raises urllib.error.HTTPError."""
        if not self._token:
            self._token = self._ask("POST", "/auth/token", {"username": "admin", "password": self.password}, "")[
                "access_token"
            ]
        return self._ask(method, f"/api/v2{path}", body, self._token)

    def status_of(self, path: str, token: str = "") -> int:
        """Return the HTTP status that a path is answered with."""
        request = urllib.request.Request(self.address + path)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code

    def unpause(self, dag_id: str) -> None:
        """Unpause a DAG, as soon as it is there."""
        self.wait_for(lambda: self.has_dag(dag_id), 60, f"{dag_id} is parsed")
        self.api("PATCH", f"/dags/{dag_id}", {"is_paused": False})

    def has_dag(self, dag_id: str) -> bool:
        """Say whether Airflow has parsed a DAG."""
        return any(dag["dag_id"] == dag_id for dag in self.api("GET", "/dags")["dags"])

    def backfill(self, dag_id: str, first: str, last: str, reprocess: str = "none", **more: object) -> int:
        """Start a backfill over the logical dates first to last (YYYY-MM-DD), as the dialog does; return its id."""
        body = {
            "dag_id": dag_id,
            "from_date": f"{first}T00:00:00Z",
            "to_date": f"{last}T00:00:00Z",
            "reprocess_behavior": reprocess,
            "max_active_runs": 2,
            **more,
        }
        return int(self.api("POST", "/backfills", body)["id"])

    def is_backfilled(self, backfill: int) -> bool:
        """Say whether a backfill has ended."""
        return self.api("GET", f"/backfills/{backfill}")["completed_at"] is not None

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        """Return the runs of a DAG, newest first."""
        runs: list[dict[str, Any]] = self.api("GET", f"/dags/{dag_id}/dagRuns?limit=1000&order_by=-id")["dag_runs"]
        return runs

    def is_idle(self) -> bool:
        """Say whether no run is running, nor queued but in a paused DAG, where it stays so."""
        found = self.api("GET", "/dags/~/dagRuns?state=queued&state=running&limit=100")["dag_runs"]
        paused = {dag["dag_id"] for dag in self.api("GET", "/dags")["dags"] if dag["is_paused"]} if found else set()
        return all(run["state"] == "queued" and run["dag_id"] in paused for run in found)

    def wait_for(self, is_so: Callable[[], bool], timeout_s: float, what: str) -> None:
        """Wait until something is so; API errors in between count as not yet."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            try:
                if is_so():
                    return
            except OSError:
                pass
            time.sleep(0.5)
        raise AssertionError(f"after {timeout_s:g} s it is still not so that {what}")

    def wait_until_quiet(self, timeout_s: float = 120) -> None:
        """Wait until no run is at work and none is about to start."""
        deadline, seen = time.monotonic() + timeout_s, 0
        while seen < 3:
            assert time.monotonic() < deadline, f"runs are still at work after {timeout_s:g} s"
            try:
                seen = seen + 1 if self.is_idle() else 0
            except OSError:
                seen = 0
            time.sleep(0.7)

    def _ask(self, method: str, path: str, body: object, token: str) -> Any:
        request = urllib.request.Request(self.address + path, method=method)
        request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(request, data, timeout=30) as response:
            return json.loads(response.read() or b"null")
