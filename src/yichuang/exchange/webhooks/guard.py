"""The guard: lets webhooks out to the open network and to networks that the operator named, and nowhere else.

A subscriber names an address, and we go there from inside the walls: without a guard he could have us knock at any
machine in the hall (server-side request forgery). So a name is resolved here, every one of its addresses is judged,
and the connection goes to the very address that was judged: asked again, a name may answer differently.
"""

import ipaddress
import socket
from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

from yichuang.exchange.webhooks.values import ReceiverRefused
from yichuang.kernel.words import N_

_PORTS = {"http": 80, "https": 443}
_LONGEST = 500
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def read_address(url: str) -> SplitResult:
    """Return the parts of a receiver's address; raises ReceiverRefused for what is no plain web address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ReceiverRefused(url=url[:80], reason=N_("不是网址")) from None
    if len(url) > _LONGEST or any(ord(character) <= 0x20 or ord(character) == 0x7F for character in url):
        raise ReceiverRefused(url=url[:80], reason=N_("网址过长或含有空白"))
    if parts.scheme not in _PORTS or not parts.hostname or port == 0:
        raise ReceiverRefused(url=url[:80], reason=N_("不是 https 或 http 网址"))
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ReceiverRefused(url=url[:80], reason=N_("网址中不得带有用户名、密码或片段"))
    return parts


def vet(url: str, *, networks: Sequence[str]) -> tuple[SplitResult, str, int]:
    """Return the parts, the address of the machine and the port to connect to; raises ReceiverRefused.

    `networks` are those that are let through although they are private; only into them may a message go unencrypted.
    """
    parts = read_address(url)
    assert parts.hostname
    port = parts.port or _PORTS[parts.scheme]
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise ReceiverRefused(url=url[:80], reason=N_("域名无法解析")) from None
    addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    allowed = [ipaddress.ip_network(one.strip(), strict=False) for one in networks]
    for address in addresses:
        named = any(address in network for network in allowed)
        if not named and not _is_outside(address):
            raise ReceiverRefused(url=url[:80], reason=N_("该地址属于内部网络"))
        if not named and parts.scheme == "http":
            raise ReceiverRefused(url=url[:80], reason=N_("对外推送必须使用 https"))
    return parts, str(addresses[0]), port


def _is_outside(address: Address) -> bool:
    """Return whether an address is one of the open network, whatever coat it wears."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return _is_outside(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved
