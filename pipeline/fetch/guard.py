"""The sockets that fetching may use: to public addresses only, each checked before and after it is connected.

Names are resolved once, and the address that was checked is the one that is connected, so a name that changes its
answer gains nothing, nor does any spelling of a number: what counts is the address of the socket. Hosts that the
settings map to an address of their own (the example newsroom on loopback) are the one exception.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

MOST_ADDRESSES = 4
"""Addresses of one host that are tried in turn."""
_REFUSED_4 = [
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by carriers
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local: where clouds keep their credentials
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",  # multicast, reserved, broadcast
    )
]
_GLOBAL_6 = ip_network("2000::/3")
_REFUSED_6 = [
    ip_network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",
        "3fff::/20",
    )
]
_NAT64 = ip_network("64:ff9b::/96")


class RefusedAddressError(Exception):
    """The host is no public address; no byte was sent there."""


class UnresolvedError(OSError):
    """The host has no address, or the name servers did not answer in time."""


def is_public(address: str) -> bool:
    """Say whether an IP address, as a socket names it, is one of the public Internet.

    An IPv4 address within an IPv6 one (mapped, NAT64) counts as itself; tunnels (6to4, Teredo) and all that is set
    aside for special use are not public.
    """
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _REFUSED_4)
    inner = ip.ipv4_mapped or (IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
    if inner is not None:
        return is_public(str(inner))
    return isinstance(ip, IPv6Address) and ip in _GLOBAL_6 and not any(ip in network for network in _REFUSED_6)


@dataclass
class Guard:
    """Opens all sockets of one fetcher. `connect` maps host names to the `host:port` that serves them, unchecked.

    `peer` is the IP address of the socket opened last.
    """

    connect: Mapping[str, str]
    connect_s: float
    peer: str | None = None
    expired: bool = False
    _deadline: float = float("inf")
    _open: list[socket.socket] | None = None

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Cut all sockets opened within when the time is over, whatever they wait for; `expired` then says so."""
        self._deadline, self.expired, self._open = time.monotonic() + seconds, False, []
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            for handle in self._open:
                handle.close()
            self._open = None

    def open_socket(self, host: str, port: int) -> socket.socket:
        """Return a socket connected to the host.

        Raises RefusedAddressError where one of its addresses is not public, UnresolvedError, or OSError of the last
        try.
        """
        mapped = self.connect.get(host.lower().rstrip("."))
        if mapped is not None:
            host, _, number = mapped.rpartition(":")
            host, port = host.strip("[]"), int(number)
        found = self._resolve(host, port)
        if mapped is None:
            for _, address in found:
                _check(host, address)
        problem: OSError = UnresolvedError(f"{host} has no address")
        for family, address in found[:MOST_ADDRESSES]:
            try:
                return self._connect(host, family, address, checked=mapped is None)
            except OSError as error:
                problem = error
        raise problem

    def _connect(self, host: str, family: int, address: Any, *, checked: bool) -> socket.socket:
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(max(0.05, min(self.connect_s, self._deadline - time.monotonic())))
            sock.connect(address)
            peer = sock.getpeername()
            if checked:
                _check(host, peer)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._open is not None:  # a handle of our own: TLS takes the socket itself apart
                self._open.append(socket.socket(fileno=os.dup(sock.fileno())))
        except BaseException:
            sock.close()
            raise
        self.peer = str(peer[0])
        return sock

    def _resolve(self, host: str, port: int) -> list[tuple[int, Any]]:
        """Look a host up in a thread, since the system's resolver knows no deadline."""
        answer: list[tuple[int, Any]] = []
        failure: list[Exception] = []

        def look_up() -> None:
            try:
                found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                answer.extend((family, address) for family, _, _, _, address in found)
            except (OSError, UnicodeError) as error:
                failure.append(error)

        thread = threading.Thread(target=look_up, daemon=True)
        thread.start()
        thread.join(max(0.05, min(self.connect_s, self._deadline - time.monotonic())))
        if thread.is_alive():
            raise UnresolvedError(f"the name servers do not answer for {host}")
        if failure or not answer:
            reason = getattr(failure[0], "strerror", None) or str(failure[0]) if failure else "no address"
            raise UnresolvedError(f"{host} cannot be resolved: {reason}")
        return answer

    def _cut(self) -> None:
        self.expired = True
        for handle in list(self._open or ()):
            with suppress(OSError):
                handle.shutdown(socket.SHUT_RDWR)


def guarded_pools(guard: Guard, **options: Any) -> PoolManager:
    """Return a urllib3 pool manager all of whose connections the guard opens."""

    class PlainConnection(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return guard.open_socket(self._dns_host, self.port)

    class TlsConnection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return guard.open_socket(self._dns_host, self.port)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = PlainConnection

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = TlsConnection

    manager = PoolManager(**options)
    manager.pool_classes_by_scheme = {"http": PlainPool, "https": TlsPool}
    return manager


def _check(host: str, address: Any) -> None:
    if not is_public(str(address[0])):
        raise RefusedAddressError(f"{host} is {address[0]}, which is no public address")
