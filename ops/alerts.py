"""Alerts: one line sent to what READOUT_ALERTS names, and the callbacks by which Airflow raises them.

Webhooks get JSON whose `text` is the line, as chat services expect it; SMTP servers get a mail. What has been told is not told
again for some hours, so that one trouble with many tasks is one message.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import smtplib
import ssl
import sys
import time
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from pipeline.errors import ConfigurationError
from pipeline.settings import load_settings

if TYPE_CHECKING:
    from airflow.sdk.definitions.deadline import DeadlineAlert

TARGETS = "READOUT_ALERTS"
"""Environment variable: addresses separated by spaces, https://... or smtp[s]://user:password@host:port/?to=...&from=..."""
RUN_HOURS, BACKFILL_HOURS = "READOUT_RUN_HOURS", "READOUT_BACKFILL_HOURS"
QUIET_S = 6 * 3600
"""For so long the same alert is not sent again."""
TIMEOUT_S = 20

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Alert:
    """What happened: `kind` is run-late, backfill-late, failed or test; `text` one line for a person."""

    kind: str
    text: str
    dag_id: str = ""
    run_id: str = ""

    @property
    def key(self) -> str:
        """The same trouble has the same key: a backfill's runs are one trouble."""
        run = "" if self.kind == "backfill-late" else self.run_id
        return hashlib.sha256(f"{self.kind}\0{self.dag_id}\0{run}".encode()).hexdigest()[:16]


def run_limit() -> timedelta:
    """Return how long after it was asked for a run may end before it counts as hanging: READOUT_RUN_HOURS, 6 by default."""
    return _hours(RUN_HOURS, 6)


def backfill_limit() -> timedelta:
    """Return the same for each run of a backfill, which waits for the others: READOUT_BACKFILL_HOURS, 48 by default."""
    return _hours(BACKFILL_HOURS, 48)


def run_deadlines() -> list[DeadlineAlert]:
    """Return the deadlines of a DAG, counted from the moment a run is asked for: one of ordinary runs, one of backfills."""
    from airflow.sdk.definitions.callback import AsyncCallback
    from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

    limits = {"run": run_limit(), "backfill": backfill_limit()}
    return [
        DeadlineAlert(
            reference=DeadlineReference.DAGRUN_QUEUED_AT,
            interval=limit,
            callback=AsyncCallback(deadline_missed, kwargs={"backfill": kind == "backfill"}),
            name=f"a {kind} ends within {_said(limit)}",
        )
        for kind, limit in limits.items()
    ]


def send_alert(alert: Alert) -> int:
    """Send an alert to every target, unless it was sent within the last hours; return how many targets took it.

    Raises ConfigurationError for a target that is neither a web address nor an SMTP one, OSError if one cannot be reached
    (the others have it then). No message or error names a password.
    """
    targets = [_target(text) for text in os.environ.get(TARGETS, "").split()]
    if not targets:
        log.warning("alert, sent to nobody since %s is not set: %s", TARGETS, alert.text)
        return 0
    told = load_settings().home / "alerts" / alert.key
    if not _claim(told):
        return 0
    failures = []
    for target in targets:
        try:
            _send_mail(target, alert) if target.scheme.startswith("smtp") else _post(target, alert)
        except (OSError, smtplib.SMTPException) as error:
            failures.append(f"{target.scheme}://{target.hostname}: {type(error).__name__}")
    if len(failures) == len(targets):
        told.unlink(missing_ok=True)
    if failures:
        raise OSError(f"alert {alert.kind} was not taken by {', '.join(failures)}")
    return len(targets)


async def deadline_missed(backfill: bool, context: Mapping[str, Any]) -> str:
    """Tell that a run has not ended by its deadline. Airflow's triggerer calls it; the result is kept with the callback.

    Every run has two deadlines, one for runs of a backfill (`backfill`) and one for all others, since a deadline cannot
    ask what kind of run it is for: the one that is not meant says nothing.
    """
    run = context["dag_run"]
    if (run["run_type"] == "backfill") is not backfill:
        return "not meant for this kind of run"
    dag_id, run_id = run["dag_id"], run["dag_run_id"]
    if backfill:
        text = f"the backfill of {dag_id} has not ended: its run {run_id} is {run['state']}"
        alert = Alert("backfill-late", f"{text} {_said(backfill_limit())} after it was asked for", dag_id, run_id)
    else:
        text = f"{dag_id}: run {run_id} is {run['state']} {_said(run_limit())} after it was asked for"
        alert = Alert("run-late", text, dag_id, run_id)
    return f"sent to {await asyncio.to_thread(send_alert, alert)}"


def task_failed(context: Mapping[str, Any]) -> None:
    """Tell that a task failed for good, with the last line of why. One alert a run."""
    task = context["ti"]
    reason = str(context.get("exception") or context.get("reason") or "it was killed").strip().splitlines()
    text = (
        f"{task.dag_id}: {task.task_id} of run {task.run_id} failed: {reason[0] if reason else 'no reason was given'}"
    )
    try:
        send_alert(Alert("failed", text[:600], task.dag_id, task.run_id))
    except (OSError, ConfigurationError) as error:
        log.error("%s", error)


def _claim(told: Path) -> bool:
    """Say whether an alert is ours to send: of several that come at once, one is, and for some hours no other."""
    told.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        if time.time() - told.stat().st_mtime >= QUIET_S:
            told.unlink()
    try:
        told.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _said(limit: timedelta) -> str:
    hours = limit.total_seconds() / 3600
    return f"{hours:g} hour{'s' * (hours != 1)}"


def _hours(name: str, default: float) -> timedelta:
    text = os.environ.get(name, "")
    try:
        hours = float(text or default)
    except ValueError:
        hours = 0
    if not 0 < hours < 24 * 366:
        raise ConfigurationError(f"{name}: {text!r} is no number of hours")
    return timedelta(hours=hours)


def _target(text: str) -> SplitResult:
    target = urlsplit(text)
    if target.scheme in ("http", "https") and target.hostname:
        return target
    if target.scheme in ("smtp", "smtps") and target.hostname and parse_qs(target.query).get("to"):
        return target
    shown = f"{target.scheme}://{target.hostname}" if target.hostname else "one of its words"
    raise ConfigurationError(f"{TARGETS}: {shown} is neither https://host/... nor smtp://host:port/?to=address")


def _post(target: SplitResult, alert: Alert) -> None:
    body = json.dumps({**asdict(alert), "text": f"Readout: {alert.text}"}).encode()
    request = urllib.request.Request(target.geturl(), body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
        response.read(1024)


def _send_mail(target: SplitResult, alert: Alert) -> None:
    options = parse_qs(target.query)
    message = EmailMessage()
    message["Subject"] = f"Readout: {alert.kind} {alert.dag_id}"
    message["From"] = options.get("from", ["readout@localhost"])[0]
    message["To"] = ", ".join(options["to"])
    message.set_content(alert.text)
    host, secure = target.hostname or "", target.scheme == "smtps"
    port = target.port or (465 if secure else 587 if target.username else 25)
    checked = ssl.create_default_context()
    connection = (
        smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=checked)
        if secure
        else smtplib.SMTP(host, port, timeout=TIMEOUT_S)
    )
    with connection as server:
        if target.username:
            if not secure:
                server.starttls(context=checked)  # a password never goes over the wire in the clear
            server.login(unquote(target.username), unquote(target.password or ""))
        server.send_message(message)


def main() -> int:
    """Send a test to every target and say how many took it."""
    try:
        taken = send_alert(Alert("test", f"this is a test, {time.ctime()}", run_id=str(time.time())))
    except (OSError, ConfigurationError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"sent to {taken}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
