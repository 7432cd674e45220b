"""The file: appends each message as one line of JSON; for the demonstration and for tests."""

import json
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from yichuang.notices.gateways.base import Gateway, NotSent


class File(Gateway):
    """Appends to the file that the URL names, and syncs it before it says that the message went out."""

    def send(self, *, phone: str, text: str, key: str) -> None:
        """Append one line; raises NotSent when the file cannot be opened."""
        path = Path(unquote(urlsplit(self.url).path))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as fault:
            raise NotSent(str(fault)) from fault
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(json.dumps({"key": key, "phone": phone, "text": text}, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
