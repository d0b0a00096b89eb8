"""Alerts as people get them: a webhook and a mail, once, with no password in any message."""

from __future__ import annotations

import asyncio
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ops.alerts import Alert, backfill_limit, deadline_missed, run_limit, send_alert
from pipeline.errors import ConfigurationError
from tests.conftest import ROOT, environment
from tests.test_dags import Inbox

LATE = Alert("run-late", "ingest_example: run r is running 6 hours after it was asked for", "ingest_example", "r")


class MailServer(socketserver.ThreadingTCPServer):
    """As much of an SMTP server as takes a mail."""

    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Mail)
        self.mails: list[str] = []


class _Mail(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, MailServer)
        self.wfile.write(b"220 ready\r\n")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "DATA":
                self.wfile.write(b"354 go on\r\n")
                mail = b""
                while not mail.endswith(b"\r\n.\r\n"):
                    mail += self.rfile.readline()
                self.server.mails.append(mail.decode())
            self.wfile.write(b"221 bye\r\n" if verb == "QUIT" else b"250 ok\r\n")
            if verb == "QUIT":
                return


@pytest.fixture
def targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Inbox, MailServer]]:
    """A webhook and a mail server on loopback, named in READOUT_ALERTS."""
    with Inbox() as inbox, MailServer() as server:
        for one in (inbox, server):
            threading.Thread(target=one.serve_forever, daemon=True).start()
        mail = f"smtp://127.0.0.1:{server.server_address[1]}/?to=desk@example.org&from=readout@example.org"
        monkeypatch.setenv("READOUT_HOME", str(tmp_path))
        monkeypatch.setenv("READOUT_ALERTS", f"http://127.0.0.1:{inbox.server_port}/hook {mail}")
        yield inbox, server
        inbox.shutdown()
        server.shutdown()


def test_every_target_gets_it_and_the_same_trouble_is_told_once(targets: tuple[Inbox, MailServer]) -> None:
    inbox, server = targets
    assert [send_alert(LATE), send_alert(LATE)] == [2, 0]
    assert [alert["text"] for alert in inbox.told] == [f"Readout: {LATE.text}"]
    [mail] = server.mails
    assert "To: desk@example.org" in mail
    assert "Subject: Readout: run-late ingest_example" in mail
    assert send_alert(Alert("run-late", "another run", "ingest_example", "s")) == 2


def test_of_many_at_once_one_is_sent(targets: tuple[Inbox, MailServer]) -> None:
    inbox, _ = targets
    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(send_alert, [LATE] * 8)) == 2
    assert len(inbox.told) == 1


def test_one_target_that_is_away_does_not_keep_the_others_and_no_password_is_shown(
    targets: tuple[Inbox, MailServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox, _ = targets
    hook = f"http://127.0.0.1:{inbox.server_port}/hook"
    monkeypatch.setenv("READOUT_ALERTS", f"smtp://user:very-secret@127.0.0.1:9/?to=a@b.example {hook}/token-secret")
    with pytest.raises(OSError, match=r"was not taken by smtp://127\.0\.0\.1: ConnectionRefused") as error:
        send_alert(LATE)
    assert "secret" not in str(error.value)
    assert len(inbox.told) == 1


@pytest.mark.parametrize(
    "wrong", ["chat.example.org/secret", "ftp://u:secret@host/", "smtp://u:secret@host/", "https:///secret"]
)
def test_a_wrong_address_is_one_clear_line(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READOUT_ALERTS", wrong)
    with pytest.raises(ConfigurationError, match="READOUT_ALERTS: ") as error:
        send_alert(LATE)
    assert "secret" not in str(error.value)


def test_the_command_sends_a_test_or_says_in_one_line_why_not(
    tmp_path: Path, targets: tuple[Inbox, MailServer]
) -> None:
    inbox, _ = targets
    for address, code, words in (
        (f"http://127.0.0.1:{inbox.server_port}/", 0, "sent to 1"),
        ("http://127.0.0.1:9/", 1, "was not taken by"),
    ):
        env = environment(tmp_path, READOUT_ALERTS=address)
        done = subprocess.run([sys.executable, "-m", "ops.alerts"], cwd=ROOT, env=env, capture_output=True, text=True)
        assert done.returncode == code
        assert words in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    assert inbox.told[-1]["kind"] == "test"


def test_a_deadline_speaks_of_its_own_kind_of_run_alone(targets: tuple[Inbox, MailServer]) -> None:
    inbox, _ = targets
    for kind in ("backfill", "scheduled"):
        for n in range(2):
            run = {"run_type": kind, "dag_id": "ingest_example", "dag_run_id": f"{kind}-{n}", "state": "queued"}
            for backfill in (True, False):
                asyncio.run(deadline_missed(backfill=backfill, context={"dag_run": run}))
    assert [alert["kind"] for alert in inbox.told] == ["backfill-late", "run-late", "run-late"]
    assert "48 hours after it was asked for" in inbox.told[0]["text"]


def test_limits_are_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READOUT_RUN_HOURS", "0.5")
    assert (run_limit().total_seconds(), backfill_limit().total_seconds()) == (1800, 48 * 3600)
    monkeypatch.setenv("READOUT_RUN_HOURS", "soon")
    with pytest.raises(ConfigurationError, match="READOUT_RUN_HOURS: 'soon' is no number of hours"):
        run_limit()
