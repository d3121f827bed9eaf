"""Hosts with networks of their own on this machine, which a test can cut off and join again."""

import itertools
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest


class Hosts:
    """Network namespaces on one bridge.

    Attributes:
        address: Of the machine that they all reach.
    """

    def __init__(self, tag: str, address: str) -> None:
        self.address = address
        self._tag = tag

    def cut_off(self, host: str) -> None:
        """Pull a host's plug: its packets and those to it are lost."""
        _ip("link", "set", self._plug(host), "down")

    def lose(self, host: str) -> None:
        """Lose its packets and those to it on their way: unlike a pulled plug, it cannot tell."""
        _ip("link", "set", self._plug(host), "nomaster")

    def join(self, host: str) -> None:
        """Undo what was done to it."""
        _ip("link", "set", self._plug(host), "master", f"{self._tag}-br", "up")

    def command(self, host: str, program: Sequence[str]) -> list[str]:
        """Write the command that runs a program on a host, under the host's name."""
        # The same process throughout, so that its pid is that of the program.
        inside = ["unshare", "--uts", "sh", "-c", 'hostname "$0" && exec "$@"', host]
        return ["ip", "netns", "exec", self._space(host), *inside, *program]

    def _space(self, host: str) -> str:
        return f"{self._tag}-{host}"

    def _plug(self, host: str) -> str:
        return f"{self._tag}-{host}"[:15]


_MADE = itertools.count()


@contextmanager
def hosts_of(*names: str) -> Iterator[Hosts]:
    """Make hosts; skips the test where that is not permitted."""
    if shutil.which("ip") is None or shutil.which("unshare") is None:
        pytest.skip("hosts of their own need the programs ip (iproute2) and unshare")
    # The kernel takes its time to remove what a test before this one has left.
    number = (os.getpid() + 83 * next(_MADE)) % 250
    tag, network = f"smv{number}", f"10.213.{number}"
    hosts = Hosts(tag, f"{network}.1")
    with ExitStack() as stack:
        try:
            _made(stack, ["link", "add", f"{tag}-br", "type", "bridge"],
                  ["link", "del", f"{tag}-br"])  # fmt: skip
        except subprocess.CalledProcessError as error:
            pytest.skip(f"network namespaces are not permitted here: {error.stderr.strip()}")
        _ip("addr", "add", f"{hosts.address}/24", "dev", f"{tag}-br")
        _ip("link", "set", f"{tag}-br", "up")
        for place, name in enumerate(names, start=2):
            _add(stack, hosts, name, bridge=f"{tag}-br", address=f"{network}.{place}/24")
        yield hosts


def _add(stack: ExitStack, hosts: Hosts, name: str, *, bridge: str, address: str) -> None:
    space, plug = hosts._space(name), hosts._plug(name)
    try:
        _made(stack, ["netns", "add", space], ["netns", "del", space])
    except subprocess.CalledProcessError as error:
        pytest.skip(f"network namespaces are not permitted here: {error.stderr.strip()}")
    # Its other end goes with the namespace; only the first lines can leave something behind.
    _ip("link", "add", plug, "type", "veth", "peer", "name", "eth0", "netns", space)
    _ip("link", "set", plug, "master", bridge)
    _ip("link", "set", plug, "up")
    _ip("-n", space, "addr", "add", address, "dev", "eth0")
    _ip("-n", space, "link", "set", "eth0", "up")
    _ip("-n", space, "link", "set", "lo", "up")


def _made(stack: ExitStack, make: Sequence[str], undo: Sequence[str]) -> None:
    _ip(*make)
    stack.callback(subprocess.run, ["ip", *undo], check=False, capture_output=True)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)


@contextmanager
def redis_on(address: str, *, port: int, home: Path, binary: str) -> Iterator[str]:
    """Run a Redis that the hosts reach; gives its address."""
    process = subprocess.Popen(
        [binary, "--bind", address, "--port", str(port), "--protected-mode", "no",
         "--dir", str(home), "--appendonly", "yes", "--maxmemory-policy", "noeviction"],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while not _listens(address, port):
            assert process.poll() is None, f"{binary} does not start"
            time.sleep(0.05)
        yield f"redis://{address}:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _listens(address: str, port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((address, port)) == 0
