"""Addresses: which network a visitor comes from, so that one visitor does not count as a thousand."""

import ipaddress

_SIX_NETWORK = 64


def network_of(address: str) -> str:
    """Return the address of an IPv4 visitor, the /64 network of an IPv6 one, "" for what is no address.

    One household has a whole /64; counted by single addresses, a throttle would never close.
    """
    try:
        found = ipaddress.ip_address(address.strip().partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, _SIX_NETWORK), strict=False))
    return str(found)
