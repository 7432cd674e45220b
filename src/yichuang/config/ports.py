"""Ports of this machine: answers whether an address is free and, if not, who holds it."""

import errno
import socket
from contextlib import suppress
from pathlib import Path

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class PortBusy(Refusal):
    """Another process listens on the asked port."""

    sentence = N_("端口 {port} 已被占用（{holder}）")
    remedy = N_("请先停止该程序，或换一个端口启动：PORT={other} make run")


class AddressUnusable(Refusal):
    """The asked address is not one of this machine's, or needs rights that this user lacks."""

    sentence = N_("无法在 {host}:{port} 上监听：{reason}")
    remedy = N_("请改用本机地址和 1024 以上的端口")


def require_free_port(*, host: str, port: int) -> None:
    """Return quietly if a server may listen there; raise PortBusy or AddressUnusable otherwise."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the server itself will do: a port whose last connections are still closing counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            if fault.errno == errno.EADDRINUSE:
                raise PortBusy(port=port, holder=find_holder(port) or N_("未知程序"), other=port + 1) from fault
            raise AddressUnusable(host=host, port=port, reason=fault.strerror or str(fault)) from fault


def find_holder(port: int) -> str | None:
    """Return the command line and process id of the one that listens on a TCP port, None if it cannot be seen."""
    inodes = _listening_inodes(port)
    for process in Path("/proc").glob("[0-9]*"):
        # Processes end while we look, and those of other users are closed to us.
        with suppress(OSError):
            for descriptor in (process / "fd").iterdir():
                if str(descriptor.readlink()).removeprefix("socket:[").removesuffix("]") in inodes:
                    words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
                    return f"{' '.join(words).strip()[:80]}, PID {process.name}"
    return None


def _listening_inodes(port: int) -> set[str]:
    listening = "0A"
    inodes = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        with suppress(OSError):
            for line in table.read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == listening and int(fields[1].rsplit(":", 1)[1], 16) == port:
                    inodes.add(fields[9])
    return inodes
