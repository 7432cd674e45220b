"""Every text that people see has its English: Chinese message ids, one English catalogue."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from babel.messages.extract import extract_python
from django.utils.translation import templatize

from tests.architecture.source import PACKAGE, ROOT, shown

# The common catalogue, and one beside each context that has texts of its own.
COMMON = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"
CATALOGUES = [COMMON, *sorted(PACKAGE.glob("*/locale/en/LC_MESSAGES/django.po"))]
MARKERS = (
    *("_", "N_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"),
    *("pgettext", "pgettext_lazy", "npgettext"),
)
# A page that is shown when the site itself has failed cannot be translated: both languages stand on it.
IN_BOTH_LANGUAGES = '<p lang="en">'
# As gettext itself keeps a text that means something else in another place.
CONTEXT_ENDS = "\x04"
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|\{\w*(?:![rsa])?(?::[^{}]*)?\}|%[sdf]")


def marked_texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and message id of every marked text of a Python file or a template."""
    text = path.read_text()
    if path.suffix != ".py":
        text = templatize(text)
    for line, function, message, _ in extract_python(io.BytesIO(text.encode()), MARKERS, [], {"encoding": "utf-8"}):
        texts = [part for part in (message if isinstance(message, tuple) else (message,)) if isinstance(part, str)]
        context = texts.pop(0) + CONTEXT_ENDS if function and "pgettext" in function and texts else ""
        # Of a plural pair the singular is the message id. A text without Chinese reads the same in English.
        if texts and CHINESE.search(texts[0]):
            yield line, context + texts[0]


def sources() -> list[Path]:
    """List every file that can hold texts for people."""
    templates = [path for path in PACKAGE.rglob("templates/**/*") if path.suffix in {".html", ".txt", ".xml"}]
    return sorted([*PACKAGE.rglob("*.py"), *templates])


def entries() -> Iterator[tuple[Path, polib.POEntry]]:
    """Yield every entry of every catalogue with the catalogue it stands in."""
    for path in CATALOGUES:
        yield from ((path, entry) for entry in polib.pofile(str(path)) if not entry.obsolete)


def key_of(entry: polib.POEntry) -> str:
    """Return the text of an entry, its context before it where it has one."""
    return f"{entry.msgctxt}{CONTEXT_ENDS}{entry.msgid}" if entry.msgctxt else str(entry.msgid)


@pytest.fixture(scope="module")
def catalogue() -> dict[str, polib.POEntry]:
    return {key_of(entry): entry for _, entry in entries()}


def test_one_text_stands_in_one_catalogue_only() -> None:
    """Django takes the first it finds: a second translation would never be read."""
    homes: dict[str, list[str]] = {}
    for path, entry in entries():
        homes.setdefault(key_of(entry), []).append(shown(path))
    assert {message: places for message, places in homes.items() if len(places) > 1} == {}


def test_no_translation_outlives_its_text(catalogue: dict[str, polib.POEntry]) -> None:
    """Marked texts are found as they stand; only the ones that data files bring cannot be seen in code."""
    marked = {message for path in sources() for _, message in marked_texts(path)}
    texts = "\n".join(path.read_text() for path in PACKAGE.rglob("*.yaml")) + "\n".join(
        path.read_text() for path in PACKAGE.rglob("*.csv")
    )
    chinese = {message for message in catalogue if CHINESE.search(message)}
    assert sorted(message for message in chinese - marked if message not in texts) == []


def test_every_marked_text_has_its_english(catalogue: dict[str, polib.POEntry]) -> None:
    missing = {
        message: f"{shown(path)}:{line}"
        for path in sources()
        for line, message in marked_texts(path)
        if message not in catalogue or not translations(catalogue[message])
    }
    assert missing == {}


def translations(entry: polib.POEntry) -> list[str]:
    """Return the translated forms of an entry; none while it is empty or fuzzy."""
    if entry.fuzzy:
        return []
    forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    return forms if all(forms) else []


def test_translations_keep_the_placeholders(catalogue: dict[str, polib.POEntry]) -> None:
    changed = [
        entry.msgid
        for entry in catalogue.values()
        for form in translations(entry)
        if sorted(set(PLACEHOLDER.findall(entry.msgid))) != sorted(set(PLACEHOLDER.findall(form)))
    ]
    assert changed == []


def test_no_entry_is_fuzzy(catalogue: dict[str, polib.POEntry]) -> None:
    assert [entry.msgid for entry in catalogue.values() if entry.fuzzy] == []


def test_templates_hold_no_chinese_outside_translation() -> None:
    """A text that is not marked would stay Chinese on the English site."""
    removed = re.compile(
        r"\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}"
        r"|\{%\s*comment.*?endcomment\s*%\}|<!--.*?-->",
        re.DOTALL,
    )
    # The language's own name stands in itself on every site.
    own_names = {"简体中文", "中文"}
    unmarked = [
        f"{shown(path)}: {found}"
        for path in sources()
        if path.suffix == ".html" and IN_BOTH_LANGUAGES not in path.read_text()
        for found in CHINESE.findall(removed.sub("", path.read_text()))
        if found not in own_names
    ]
    assert unmarked == []


def test_the_extractor_itself_sees_python_and_template_texts(tmp_path: Path) -> None:
    code = tmp_path / "code.py"
    code.write_text('A = N_("甲{x}")\nB = _("乙")\n')
    page = tmp_path / "page.html"
    page.write_text('{% load i18n %}{% translate "丙" %}{% blocktranslate with n=1 %}丁{{ n }}{% endblocktranslate %}')
    assert [message for _, message in marked_texts(code)] == ["甲{x}", "乙"]
    assert [message for _, message in marked_texts(page)] == ["丙", "丁%(n)s"]
    assert ROOT in COMMON.parents
