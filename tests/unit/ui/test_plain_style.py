"""The small stylesheet of public pages: what is kept, what is left out, and that it is up to date."""

import importlib.util
import subprocess
import sys
from types import ModuleType

import pytest

from tests.architecture.source import ROOT


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("plain_style", ROOT / "tools" / "plain_style.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["plain_style"] = module
    spec.loader.exec_module(module)
    return module


def kept(tool: ModuleType, style: str, *markup: str) -> str:
    return str(tool.keep(style, tool.gather(markup)))


def test_the_stylesheet_is_what_the_templates_ask_for_today() -> None:
    done = subprocess.run(
        [sys.executable, "tools/plain_style.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"run `.venv/bin/python tools/plain_style.py`: {done.stdout}{done.stderr}"


def test_a_rule_stays_where_its_class_is_used_and_goes_where_it_is_not(tool: ModuleType) -> None:
    assert kept(tool, ".a { x: 1 } .b { x: 2 }", '<p class="a">') == ".a{x: 1}"


def test_of_a_list_of_selectors_only_the_used_ones_stay(tool: ModuleType) -> None:
    assert kept(tool, ".a, .b p, p > .a { x: 1 }", '<p class="a">') == ".a,p>.a{x: 1}"


def test_a_rule_for_a_tag_that_no_template_writes_goes(tool: ModuleType) -> None:
    assert kept(tool, "blockquote { x: 1 } p { x: 2 }", "<p>") == "p{x: 2}"


def test_a_class_made_of_a_beginning_and_a_value_keeps_all_that_begin_so(tool: ModuleType) -> None:
    assert kept(tool, ".tone-good { x: 1 } .tint { x: 2 }", '<b class="tone-{{ x }}">') == ".tone-good{x: 1}"


def test_classes_on_both_sides_of_a_condition_count(tool: ModuleType) -> None:
    markup = '<b class="one{% if x %} two{% else %} three{% endif %}">'
    assert kept(tool, ".one{x: 1}.two{x: 1}.three{x: 1}.four{x: 1}", markup).count("{") == 3


def test_classes_of_widgets_and_of_code_that_writes_markup_count(tool: ModuleType) -> None:
    assert kept(tool, ".w{x: 1}.m{x: 1}", 'attrs={"class": "w"}', "format_html('<i class=\"m\">')").count("{") == 2


def test_a_condition_without_rules_disappears_and_its_used_rules_stay_inside_it(tool: ModuleType) -> None:
    style = "@media print { .a { x: 1 } } @media screen { .b { x: 2 } }"
    assert kept(tool, style, '<p class="a">') == "@media print{.a{x: 1}}"


def test_choices_inside_is_and_not_are_no_conditions(tool: ModuleType) -> None:
    assert kept(tool, ".a :is(th, td) { x: 1 }", '<p class="a">') == ".a :is(th,td){x: 1}"


def test_variables_that_nobody_reads_go_with_those_that_only_they_read(tool: ModuleType) -> None:
    style = ":root{--a:1;--b:var(--a);--c:3;}p{x:var(--c)}"
    assert tool.without_unused_variables(style) == ":root{--c:3;}p{x:var(--c)}"


def test_the_small_stylesheet_is_small() -> None:
    import gzip

    text = (ROOT / "src" / "yichuang" / "ui" / "plain.css").read_bytes()
    assert len(gzip.compress(text)) < 10_000
