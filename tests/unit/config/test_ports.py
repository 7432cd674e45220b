"""A busy port is refused in words that name the one who holds it."""

import os
import socket
from collections.abc import Iterator

import pytest

from yichuang.config.ports import AddressUnusable, PortBusy, find_holder, require_free_port


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_that_another_process_listens_on_is_refused(taken_port: int) -> None:
    with pytest.raises(PortBusy) as refused:
        require_free_port(host="127.0.0.1", port=taken_port)
    assert f"PORT={taken_port + 1} make run" in str(refused.value)


@pytest.mark.skipif(not os.path.exists("/proc/net/tcp"), reason="who holds a port is known on Linux only")  # noqa: PTH110
def test_the_refusal_names_the_process_that_holds_the_port(taken_port: int) -> None:
    assert f"PID {os.getpid()}" in str(find_holder(taken_port))


def test_a_port_that_nobody_listens_on_is_accepted() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    require_free_port(host="127.0.0.1", port=port)
    assert find_holder(port) is None


def test_an_address_of_another_machine_is_refused() -> None:
    # 192.0.2.0/24 is set aside for documentation: no machine has it.
    with pytest.raises(AddressUnusable):
        require_free_port(host="192.0.2.1", port=8000)
