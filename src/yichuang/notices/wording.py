"""Wording: the templates in use, from this context's file or the city's own (YICHUANG_NOTICE_TEMPLATES)."""

from functools import cache
from pathlib import Path

import yaml
from django.conf import settings

from yichuang.notices.domain.templates import Templates, check

BUNDLED = Path(__file__).parent / "data" / "templates.yaml"


@cache
def get_templates() -> Templates:
    """Return the templates; raises TemplatesFaulty."""
    path = Path(settings.NOTICE_TEMPLATES) if settings.NOTICE_TEMPLATES else BUNDLED
    return check(yaml.safe_load(path.read_text(encoding="utf-8")), file=path.name)
