"""The console: prints what would be sent; for trying out."""

from yichuang.kernel.masking import mask_phone
from yichuang.notices.gateways.base import Gateway


class Console(Gateway):
    """Prints each message on standard output, the number masked."""

    def send(self, *, phone: str, text: str, key: str) -> None:
        """Print one line."""
        print(f"SMS {key} -> {mask_phone(phone)}: {text}", flush=True)
