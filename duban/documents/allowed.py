"""What a template may ask for: a fixed list of variables, and nothing else of its language."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jinja2 import nodes

from config.errors import ConfigurationInvalid
from config.language import _

_HARMLESS = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.Const, nodes.Compare,
    nodes.Operand, nodes.Not, nodes.And, nodes.Or,
)  # fmt: skip


@dataclass(frozen=True)
class Allowed:
    """The variables of a kind of template: texts, and lists with the fields of their items."""

    texts: tuple[str, ...]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def sample(self) -> dict[str, object]:
        """Values of the right shape, to try a template with."""
        rows = {name: [dict.fromkeys(fields, "示例")] * 20 for name, fields in self.lists.items()}
        return {**dict.fromkeys(self.texts, "示例"), **rows}

    def names(self) -> list[str]:
        """Every variable as a template writes it, for people to choose from."""
        of_items = [f"item.{one}" for fields in self.lists.values() for one in fields]
        return [*self.texts, *self.lists, *of_items]


class TemplateRefused(ConfigurationInvalid):
    """A template asks for what it may not have, or cannot be read; the message names both."""


def check_tree(tree: nodes.Node, allowed: Allowed, template: str) -> None:
    """Make sure that a template's tree asks for nothing but what is ``allowed``.

    Raises:
        TemplateRefused: an unknown variable, a loop in a loop, or anything beyond variables,
            conditions and loops over the lists.
    """
    _check(tree, allowed, template, None)


def words_of(node: nodes.Node) -> str:
    """A piece of a template as people would recognize it."""
    if isinstance(node, nodes.Getattr):
        return f"{words_of(node.node)}.{node.attr}"
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Const):
        return repr(node.value)
    if isinstance(node, nodes.Call | nodes.Filter | nodes.Getitem):
        inner = node.node
        return words_of(inner) if inner is not None else type(node).__name__.lower()
    return type(node).__name__.lower()


def _check(node: nodes.Node, allowed: Allowed, template: str, item: tuple[str, ...] | None) -> None:
    """Look at everything under ``node``; ``item`` are the fields of the loop around it."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.For):
            fields = _fields(child, allowed, template, item)
            for part in (*child.body, *child.else_):
                _check(nodes.Output([part]), allowed, template, fields)
        elif isinstance(child, nodes.Getattr) and _is_called(child.node, "item"):
            if item is None or child.attr not in item:
                raise _unknown(template, words_of(child))
        elif isinstance(child, nodes.Name):
            shown = isinstance(node, nodes.Output)
            if child.name not in (allowed.texts if shown else (*allowed.texts, *allowed.lists)):
                raise _unknown(template, child.name)
        elif isinstance(child, _HARMLESS):
            _check(child, allowed, template, item)
        else:
            raise TemplateRefused(
                _("The template {name} asks for “{what}”, which a template may not do.").format(
                    name=template, what=words_of(child)
                )
            )


def _is_called(node: nodes.Node, name: str) -> bool:
    return isinstance(node, nodes.Name) and node.name == name


def _fields(
    loop: nodes.For, allowed: Allowed, template: str, outer: tuple[str, ...] | None
) -> tuple[str, ...]:
    over = words_of(loop.iter)
    is_list = isinstance(loop.iter, nodes.Name) and over in allowed.lists
    if outer is not None or not is_list or loop.test or loop.recursive:
        raise TemplateRefused(
            _("The template {name} has a loop over “{what}”; loops go over {lists} only.").format(
                name=template, what=over, lists=", ".join(allowed.lists) or "-"
            )
        )
    if not _is_called(loop.target, "item"):
        raise _unknown(template, words_of(loop.target))
    return allowed.lists[over]


def _unknown(template: str, variable: str) -> TemplateRefused:
    return TemplateRefused(
        _("The template {name} has an unknown variable “{variable}”.").format(
            name=template, variable=variable
        )
    )
