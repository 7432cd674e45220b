"""How far a background filling of the platform is: read from the small file that it keeps beside the database.

The file is `progress.json` in the installation's folder: {"label", "percent", "done", "total"}. Whoever fills
writes it, replacing the whole file at once; no file, or one that has not been touched for long, means that
nothing is being filled.
"""

import json
import time
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from yichuang.ui.formats import thousands
from yichuang.ui.values import Progress

FILE = "progress.json"
# A filler that was killed must not leave its banner for ever.
FORGOTTEN_AFTER_SECONDS = 120


def read_progress() -> Progress | None:
    """Return how far the filling is; None when nothing is being filled, or its file cannot be read."""
    path = Path(settings.VAR) / FILE
    try:
        age = time.time() - path.stat().st_mtime
        told = json.loads(path.read_text(encoding="utf-8"))
        label = str(told["label"])
        done, total, percent = int(told["done"]), int(told["total"]), int(told["percent"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
    if age > FORGOTTEN_AFTER_SECONDS:
        return None
    finished = total > 0 and done >= total
    note = _("%(done)s / %(total)s 件") % {"done": thousands(done), "total": thousands(total)}
    return Progress(
        label=_("演示数据已载入") if finished else _(label), percent=max(0, min(100, percent)), note=note, done=finished
    )
