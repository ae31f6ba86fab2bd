"""`{% rows lines as line %}…{% endrows %}`: a loop as `{% for line in lines %}` is one, for the fifty rows of a list.

Django asks for each `{{ line.key }}` of each row anew what it is, in some twenty calls: a third of what a list took.
Here the part between the tags is taken apart once: text, `{{ line.key }}`, `{% if line.key %}` and blocks are
drawn at once, and whatever else stands there by Django as ever.
"""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from django.template import Context, TemplateSyntaxError
from django.template.base import FilterExpression, Node, NodeList, Parser, TextNode, Token, VariableNode
from django.template.defaulttags import IfNode, TemplateLiteral
from django.template.loader_tags import BLOCK_CONTEXT_KEY, BlockNode
from django.utils.safestring import SafeString

from .drawing import piece, tested, written

Row = Any  # a dictionary, or an object whose attributes are shown
Piece = Callable[[Row, Context], str]


class RowsNode(Node):
    """The loop. `name` is what a row is called within."""

    def __init__(self, rows: FilterExpression, name: str, nodelist: NodeList) -> None:
        self.rows, self.name, self.nodelist = rows, name, nodelist
        self.draw = _drawing(nodelist, name)

    def render(self, context: Context) -> SafeString:
        drawn = []
        with context.push():
            for row in self.rows.resolve(context):
                context[self.name] = row
                drawn.append(self.draw(row, context))
        return SafeString("".join(drawn))


def rows(parser: Parser, token: Token) -> RowsNode:
    """The tag."""
    words = token.split_contents()
    if len(words) != 4 or words[2] != "as":
        raise TemplateSyntaxError("It is {% rows lines as line %}.")
    nodelist = parser.parse(("endrows",))
    parser.delete_first_token()
    return RowsNode(parser.compile_filter(words[1]), words[3], nodelist)


def _drawing(nodes: Sequence[Node], name: str) -> Piece:
    pieces = [_piece(node, name) for node in nodes]
    return lambda row, context: "".join([draw(row, context) for draw in pieces])


def _piece(node: Node, name: str) -> Piece:
    if isinstance(node, TextNode):
        return lambda _row, _context: node.s
    if isinstance(node, VariableNode) and (key := _key(node.filter_expression, name)):
        return _cell(key)
    if isinstance(node, IfNode):
        return _choice(node, name)
    if isinstance(node, BlockNode):
        return _block(node, name)
    draw = piece(node)
    return lambda _row, context: draw(context)


def _cell(key: str) -> Piece:
    def drawn(row: Row, context: Context) -> str:
        value = row.get(key, "") if type(row) is dict else getattr(row, key, "")
        return escape(value) if type(value) is str and context.autoescape else written(value, context)

    return drawn


def _block(node: BlockNode, name: str) -> Piece:
    """The block as the page that is shown has it. `block.super` isn't known in it."""
    drawings: dict[BlockNode, Piece] = {}

    def drawn(row: Row, context: Context) -> str:
        blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
        here = blocks.get_block(node.name) if blocks else node
        if here not in drawings:
            drawings[here] = _drawing(here.nodelist, name)
        return drawings[here](row, context)

    return drawn


def _key(expression: Any, name: str) -> str:
    """`key` of `line.key`; empty if it is anything else."""
    lookups: Any = getattr(expression.var, "lookups", None) or ()
    return str(lookups[1]) if len(lookups) == 2 and lookups[0] == name and not expression.filters else ""


def _of(row: Row, key: str) -> Any:
    return row.get(key, "") if isinstance(row, dict) else getattr(row, key, "")


def _choice(node: IfNode, name: str) -> Piece:
    branches = [(_test(condition, name), _drawing(nodes, name)) for condition, nodes in node.conditions_nodelists]

    def drawn(row: Row, context: Context) -> str:
        for test, draw in branches:
            if test(row, context):
                return draw(row, context)
        return ""

    return drawn


def _test(condition: Any, name: str) -> Callable[[Row, Context], Any]:
    if isinstance(condition, TemplateLiteral) and (key := _key(condition.value, name)):
        return lambda row, _context: _of(row, key)
    test = tested(condition)
    return lambda _row, context: test(context)
