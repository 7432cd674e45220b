"""Previews: a small picture of a file, drawn anew, so that nothing of the sender's bytes reaches another browser.

Made when first asked for and kept; the same file always gives the same picture.
"""

import os
import subprocess
import sys
from threading import BoundedSemaphore

from yichuang.cases.domain.attachments import AttachmentUnknown, PreviewUnavailable
from yichuang.cases.domain.filetypes import BY_MEDIA_TYPE, PREVIEWED, FileType
from yichuang.cases.domain.texts import is_key
from yichuang.cases.models import Attachment
from yichuang.cases.uploads import storage
from yichuang.cases.uploads.drawing import HEIGHT, MOST_SECONDS, WIDTH

__all__ = ["HEIGHT", "WIDTH", "preview"]
# Each drawing takes a core and up to hundreds of megabytes.
_A_FEW_AT_A_TIME = BoundedSemaphore(2)


def preview(key: str) -> bytes:
    """Return a PNG of at most WIDTH x HEIGHT pixels of a picture or of a paper's first page.

    Ask the permission first, as for the file. Raises AttachmentUnknown, PreviewUnavailable.
    """
    row = Attachment.objects.filter(key=key).first() if is_key(key) else None
    if row is None:
        raise AttachmentUnknown()
    kind = BY_MEDIA_TYPE.get(row.media_type)
    if kind not in PREVIEWED:
        raise PreviewUnavailable(file_name=row.file_name)
    assert kind is not None
    name = storage.preview_name(row.stored)
    if storage.exists(name):
        return storage.read(name)
    drawn = _draw(storage.read(row.stored), kind)
    if not drawn:
        raise PreviewUnavailable(file_name=row.file_name)
    storage.put_as(name, drawn)
    return drawn


def _draw(data: bytes, kind: FileType) -> bytes:
    """Return the picture, b"" when its drawer failed, hung or ran out of memory."""
    with _A_FEW_AT_A_TIME:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "yichuang.cases.uploads.drawing", kind.key],
                input=data,
                capture_output=True,
                timeout=MOST_SECONDS * 2,
                env={
                    "PATH": os.environ.get("PATH", ""),
                    "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
                },
                check=False,
            )
        except subprocess.TimeoutExpired:
            return b""
    return done.stdout if done.returncode == 0 else b""
