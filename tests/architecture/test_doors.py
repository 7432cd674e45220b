"""One door per context: others import only its commands, queries and values (architecture, rule 1)."""

import ast

import pytest

from tests.architecture.source import DOORS, contexts, door_files, import_graph, public_functions, shown

# Words and their setting on paper have no inside: every module is for everyone.
OPEN = {"kernel", "documents"}

# Doors beyond the three, each with its reason.
FURTHER_DOORS = {
    "accounts": {
        "permissions",  # every view states its permission with these
    },
    "ui": {
        "amounts",  # days, hours and copies are counted one way everywhere, one of them in the singular
        "casework",  # a case is told in the same words on every page of delivery
        "clock",  # days used and left are said one way to applicants and staff
        "charts",  # delivery describes a chart; furniture draws it
        "components",  # what templates of delivery are put together from
        "formats",  # numbers and dates are written one way everywhere
        "lights",  # one rule says when the light of a case turns
        "names",  # places, departments and items are called one way everywhere
        "progress",  # delivery answers the banner's question
        "templatetags",  # loaded by templates of delivery
        "views",  # base classes of delivery's views
    },
}


def is_door(context: str, module: str) -> bool:
    """Tell whether other contexts may import this module of the context."""
    if context in OPEN:
        return True
    inside = module.split(".")[2:]
    return bool(inside) and inside[0] in {*DOORS, *FURTHER_DOORS.get(context, set())}


@pytest.mark.parametrize("context", contexts())
def test_others_enter_a_context_only_by_its_doors(context: str) -> None:
    graph = import_graph()
    trespasses = []
    for module in sorted(graph.modules):
        owner = module.split(".")[1] if "." in module else ""
        if owner in {"", context, "config"}:
            continue
        trespasses += [
            f"{module} imports {imported}"
            for imported in sorted(graph.find_modules_directly_imported_by(module))
            if imported.split(".")[1:2] == [context] and not is_door(context, imported)
        ]
    assert trespasses == []


def test_every_public_function_at_a_door_says_what_it_does() -> None:
    silent = [
        f"{shown(path)}:{function.lineno} {function.name}"
        for path in door_files()
        for function in public_functions(path)
        if not ast.get_docstring(function)
    ]
    assert silent == []


def test_functions_at_a_door_take_more_than_one_argument_by_name_only() -> None:
    positional = []
    for path in door_files():
        for function in public_functions(path):
            arguments = function.args
            if len(arguments.posonlyargs) + len(arguments.args) > 1:
                positional.append(f"{shown(path)}:{function.lineno} {function.name}")
    assert positional == []
