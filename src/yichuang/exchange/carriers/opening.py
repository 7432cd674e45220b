"""Opens the carrier that an address names."""

from urllib.parse import urlsplit

from yichuang.exchange.carriers.contract import Carrier, CarrierUnknown, Seals


def open_carrier(url: str, *, seals: Seals) -> Carrier:
    """Return the carrier of an address.

    `http(s)://host:port[/path]` or `nats://[user:password@]host:4222[,host:4222][/?replicas=3]`, secured `tls://…`; all
    take `?ca=FILE&certificate=FILE&key=FILE`. Nothing is connected yet, so a peer that is away is heard of by the first
    sending. Refuses with CarrierUnknown or CertificateUnreadable.
    """
    scheme = urlsplit(url).scheme
    if scheme in {"http", "https"}:
        from yichuang.exchange.carriers.http import HttpCarrier  # each is loaded only where it is used

        return HttpCarrier(url, seals=seals)
    if scheme in {"nats", "tls"}:
        try:
            from yichuang.exchange.carriers.nats import NatsCarrier  # an extra: need not be installed
        except ImportError as fault:
            raise CarrierUnknown(url=shown(url)) from fault
        return NatsCarrier(url, own=seals.node)
    raise CarrierUnknown(url=shown(url))


def shown(url: str) -> str:
    """Return an address without the password that may stand in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
