"""YAML nodes: where in a file a key stands, so that a faulty file is refused by its line.

Shared by every reader of dated law and of mappings: the parsed data say what is wrong, the nodes say where.
"""

from collections.abc import Iterator

import yaml


def below(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    """Return the line (from 1) and the node of one key or index below a node, or None."""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == str(step):
                return name.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    return None


def repeated_keys(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    """Yield every key that stands twice in one mapping, with its second place: YAML readers keep only the last."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for name, value in node.value:
            if name.value in seen:
                yield name.value, name
            seen.add(name.value)
            yield from repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from repeated_keys(item)
