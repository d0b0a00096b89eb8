"""What a host's robots.txt allows us (RFC 9309). Pure."""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

ROBOT = "Readout"
LONGEST_FILE = 512 * 1024
"""Bytes of a robots.txt that are read, as the RFC allows."""


@dataclass(frozen=True)
class RobotsRules:
    """One host's rules. Without rules all is allowed; with a `refusal` nothing is, for its `reason`."""

    rules: Protego | None = None
    refusal: str | None = None
    reason: str = "blocked-by-robots"

    def allows(self, url: str) -> bool:
        """Say whether we may fetch the address."""
        return self.refusal is None and (self.rules is None or bool(self.rules.can_fetch(url, ROBOT)))

    def delay_s(self) -> float:
        """Return the seconds between two requests that the host asks for, 0 where it asks for none."""
        if self.rules is None:
            return 0.0
        rate = self.rules.request_rate(ROBOT)
        between = rate.seconds / rate.requests if rate and rate.requests else 0.0
        return max(0.0, float(self.rules.crawl_delay(ROBOT) or 0.0), between)


def read_robots(body: bytes) -> RobotsRules:
    """Return the rules that a robots.txt states; what is no robots.txt states none."""
    return RobotsRules(Protego.parse(body[:LONGEST_FILE].decode("utf-8", "replace").lstrip("\ufeff")))


def rules_without_robots(reason: str, detail: str) -> RobotsRules:
    """Return what holds for a host whose robots.txt could not be fetched for that reason.

    A missing file, or one that redirects nowhere, allows everything; one that we are turned away from nothing, since
    who hides the rules from us does not mean to invite us. A host that does not answer is left alone for now, for its
    own reason.
    """
    if reason in ("not-found", "gone", "client-error", "bad-redirect"):
        return RobotsRules()
    if reason == "forbidden":
        return RobotsRules(refusal=f"its robots.txt turns us away ({detail})")
    return RobotsRules(refusal=f"its robots.txt could not be read ({detail})", reason=reason)
