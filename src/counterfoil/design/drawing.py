"""Templates are taken apart once, when they are loaded, and drawn from the pieces.

Django asks for each `{{ customer.name }}` and `{% if banner %}` of each page anew what it is, in some twenty calls, and
looks for what a page doesn't have in three ways that fail: half of what a page took (decision 39). Here text, variables
without filters, conditions, translated words, includes, static files and simple tags become functions of the context;
whatever else stands in a template is drawn by Django as ever. What a function can't answer quickly it asks Django too,
so that a template never says anything else than it would without this.
"""

import operator
import threading
from collections.abc import Callable
from functools import lru_cache
from html import escape
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.files.storage import storages
from django.template import Context, Template
from django.template.base import FilterExpression, Node, NodeList, TextNode, Variable, VariableNode
from django.template.base import render_value_in_context as by_django
from django.template.defaulttags import ForNode, IfNode, TemplateLiteral
from django.template.library import SimpleNode
from django.template.loader_tags import IncludeNode
from django.template.loaders import cached
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from .marks import icon

Piece = Callable[[Context], Any]
Find = Callable[[Context, Any], Any]  # what a name stands for, or what is given for a name that stands for nothing

MISSING = object()
CANNOT_HAVE = (TypeError, AttributeError, KeyError, ValueError, IndexError)  # what `thing[name]` may raise
NOT_SO = (*CANNOT_HAVE, ArithmeticError)  # what asking whether things fit together may raise
CONSTANT = {icon}  # simple tags that say the same whenever they are asked, whoever asks

COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "is": operator.is_,
    "is not": operator.is_not,
    "in": lambda one, many: one in many,
    "not in": lambda one, many: one not in many,
}


class Loader(cached.Loader):
    """Django's loader that keeps templates, which takes each apart before anybody draws it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lock = threading.Lock()

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        template: Template = super().get_template(template_name, skip)
        if type(template.nodelist) is not Drawn:
            with self._lock:
                if type(template.nodelist) is not Drawn:
                    template.nodelist = Drawn(template.nodelist)
                    template.source = ""  # for that page too
        return template


class Drawn(NodeList):
    """Nodes and the pieces that draw them."""

    def __init__(self, nodes: NodeList) -> None:
        super().__init__(nodes)
        self.contains_nontext = nodes.contains_nontext
        self.pieces = [piece(node) for node in nodes]
        self._found: dict[type[Node], list[Node]] = {}

    def render(self, context: Context) -> SafeString:
        return SafeString("".join([draw(context) for draw in self.pieces]))

    def get_nodes_by_type(self, nodetype: type[Node]) -> list[Node]:
        """Asked of the frame of every page for its blocks, which don't change."""
        if nodetype not in self._found:
            self._found[nodetype] = super().get_nodes_by_type(nodetype)
        return self._found[nodetype]


class Whole(Node):
    """The body of a loop as one node, since a loop asks its nodes one by one."""

    def __init__(self, nodelist: Drawn) -> None:
        self.nodelist = nodelist

    def render_annotated(self, context: Context) -> str:
        return self.nodelist.render(context)

    render = render_annotated


def piece(node: Node) -> Piece:
    """What draws this node. The nodes within it are taken apart too."""
    node.token = None  # where it stood: only for a page of errors that we do not show, and a tenth of all that it takes
    _take_apart(node)
    make = MAKERS.get(type(node))
    return make(node) if make else node.render


def _take_apart(node: Node) -> None:
    if isinstance(node, IfNode):
        node.conditions_nodelists = [(condition, _drawn(nodes)) for condition, nodes in node.conditions_nodelists]
        return
    for name in node.child_nodelists:
        nodes = getattr(node, name, None)
        if type(nodes) is NodeList and nodes:
            setattr(node, name, _drawn(nodes))
    if isinstance(node, ForNode):
        body: Any = node.nodelist_loop
        node.nodelist_loop = NodeList([Whole(_drawn(body))])


def _drawn(nodes: NodeList) -> Drawn:
    return nodes if isinstance(nodes, Drawn) else Drawn(nodes)


def _text(node: TextNode) -> Piece:
    text = node.s
    return lambda _context: text


def _variable(node: VariableNode) -> Piece:
    find = finder(node.filter_expression)
    if find is None:
        return node.render
    return lambda context: written(find(context, ""), context)


def written(value: Any, context: Context) -> str:
    """A value as it stands in the page."""
    kind = type(value)
    if kind is str and context.autoescape:
        return escape(value)
    if kind is SafeString or kind is int:
        return str(value)
    if isinstance(value, Promise):  # words that wait for their language
        return written(str(value), context)
    return str(by_django(value, context))


def finder(expression: Any) -> Find | None:
    """What finds a name as `customer.name`, or None for anything more."""
    variable = getattr(expression, "var", None)
    if not isinstance(variable, Variable) or variable.lookups is None or variable.translate or expression.filters:
        return None
    first, *others = variable.lookups
    if any(name.isdigit() for name in variable.lookups):
        return None

    def find(context: Context, otherwise: Any) -> Any:
        for frame in reversed(context.dicts):
            if first in frame:
                value = frame[first]
                break
        else:
            return _asked(expression, context, otherwise) if hasattr(context, first) else otherwise
        if callable(value):
            return _asked(expression, context, otherwise)
        try:
            for name in others:
                value = _of(value, name)
                if value is MISSING or callable(value):
                    return _asked(expression, context, otherwise) if value is not MISSING else otherwise
        except ObjectDoesNotExist:  # it stands for nothing, as Django has it
            return _asked(expression, context, otherwise)
        return value

    return find


def _asked(expression: FilterExpression, context: Context, otherwise: Any) -> Any:
    """The same from Django, which calls what can be called."""
    return expression.resolve(context, ignore_failures=otherwise is None)


def _of(thing: Any, name: str) -> Any:
    """`thing[name]`, or else `thing.name`, or else MISSING. Raises what a property raises."""
    kind = type(thing)
    if hasattr(kind, "__getitem__"):
        try:
            return thing[name]
        except CANNOT_HAVE:
            pass
    value = getattr(thing, name, MISSING)
    if value is MISSING and hasattr(kind, name):
        return getattr(thing, name)  # it is there and says that something else isn't
    return value


def _translated(node: TranslateNode) -> Piece:
    """Words that stand in the template are looked up once for each language."""
    words, about = node.filter_expression, node.message_context
    if node.asvar or words.filters or not _is_literal(words.var) or (about and not _is_constant(about)):
        return node.render
    known: dict[str | None, str] = {}

    def draw(context: Context) -> str:
        if not context.autoescape:
            return str(node.render(context))
        language = get_language()
        if language not in known:
            known[language] = node.render(context)
        return known[language]

    return draw


def _is_literal(variable: Any) -> bool:
    return isinstance(variable, Variable) and variable.lookups is None


def _is_constant(expression: FilterExpression) -> bool:
    """Whether it stands in the template as it is, a text or a number."""
    variable = expression.var
    if expression.filters:
        return False
    return not isinstance(variable, Variable) or (_is_literal(variable) and not variable.translate)


def _value(expression: FilterExpression, otherwise: Any = "") -> Piece:
    """What an expression stands for; `otherwise` if for nothing."""
    if _is_constant(expression):
        constant = expression.resolve(Context())
        return lambda _context: constant
    find = finder(expression)
    if find is not None:
        return lambda context: find(context, otherwise)
    return lambda context: expression.resolve(context, ignore_failures=otherwise is None)


def _choice(node: IfNode) -> Piece:
    branches = [(tested(condition), nodes.render) for condition, nodes in node.conditions_nodelists]

    def draw(context: Context) -> str:
        for test, body in branches:
            if test(context):
                return str(body(context))
        return ""

    return draw


def tested(condition: Any) -> Piece:
    """What says whether the condition of an `{% if %}` is so; None is that of `{% else %}`."""
    if condition is None:
        return lambda _context: True
    if isinstance(condition, TemplateLiteral):
        literal: Any = condition
        return _value(literal.value, None)
    one = tested(condition.first)
    if condition.id == "not":
        return _or_false(lambda context: not one(context))
    other = tested(condition.second)
    if condition.id == "and":
        return _or_false(lambda context: one(context) and other(context))
    if condition.id == "or":
        return _or_false(lambda context: one(context) or other(context))
    compare = COMPARISONS[condition.id]
    return _or_false(lambda context: compare(one(context), other(context)))


def _or_false(test: Piece) -> Piece:
    """What can't be compared isn't so, as Django has it; but what nobody expects is not passed over."""

    def tried(context: Context) -> Any:
        try:
            return test(context)
        except NOT_SO:
            return False

    return tried


def _include(node: IncludeNode) -> Piece:
    name = node.template.var
    if not isinstance(name, str) or node.template.filters or name.startswith("."):
        return node.render
    values = [(key, _value(expression)) for key, expression in node.extra_context.items()]
    found: list[Template] = []

    def draw(context: Context) -> str:
        if not found:
            found.append(context.template.engine.get_template(name))  # type: ignore[union-attr]
        extra = {key: value(context) for key, value in values}
        if node.isolated_context:
            return str(found[0].render(context.new(extra)))
        with context.push(**extra):
            return str(found[0].render(context))

    return draw


def _simple(node: SimpleNode) -> Piece:
    given_always = all(map(_is_constant, [*node.args, *node.kwargs.values()]))
    if node.func in CONSTANT and node.target_var is None and given_always:
        constant = node.func(*[one.var for one in node.args], **{key: one.var for key, one in node.kwargs.items()})
        return lambda _context: constant
    values = [_value(one) for one in node.args]
    named = [(key, _value(one)) for key, one in node.kwargs.items()]
    func, target = node.func, node.target_var

    def draw(context: Context) -> Any:
        given = [value(context) for value in values]
        if node.takes_context:
            given.insert(0, context)
        output = func(*given, **{key: value(context) for key, value in named})
        if target is not None:
            context[target] = output
            return ""
        return output if type(output) is SafeString or not context.autoescape else conditional_escape(output)

    return draw


def _static(node: StaticNode) -> Piece:
    """The address of a file of ours is looked up once for each store of them: a page has five."""
    if node.varname is not None or not _is_constant(node.path):
        return node.render
    path = str(node.path.var)

    def draw(context: Context) -> str:
        return _address_of(storages["staticfiles"], path) if context.autoescape else node.render(context)

    return draw


@lru_cache(maxsize=256)
def _address_of(_store: Any, path: str) -> str:
    return conditional_escape(StaticNode.handle_simple(path))


MAKERS: dict[type[Node], Callable[[Any], Piece]] = {
    TextNode: _text,
    VariableNode: _variable,
    IfNode: _choice,
    TranslateNode: _translated,
    IncludeNode: _include,
    SimpleNode: _simple,
    StaticNode: _static,
}
