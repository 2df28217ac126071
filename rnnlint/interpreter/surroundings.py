"""What stands around a call in the text: its statement, its list, the names that a fix may use there."""

import ast
from collections.abc import Iterator, Mapping

from rnnlint.interpreter.walking import nodes_of

NAMES = frozenset({"Input", "Masking", "Permute", "Reshape", "keras", "layers", "tf"})
"""Names that fixes like to use."""


class Surroundings:
    """Of the calls of one module; looked up by node."""

    def __init__(self, tree: ast.Module) -> None:
        self._statements: dict[int, ast.Expr] = {}
        self._listed: set[int] = set()
        self._rows: dict[int, ast.stmt] = {}
        for kind in (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return):
            for node in nodes_of(tree, kind):
                self._rows.update((id(call), node) for call in _calls(getattr(node, "value", None)))
        for statement in nodes_of(tree, ast.Expr):
            match statement.value:
                case ast.Call(func=ast.Attribute(), args=[ast.Call() as given], keywords=[]):
                    self._statements[id(given)] = statement
        for shown in nodes_of(tree, ast.List):
            self._listed.update(id(item) for item in shown.elts if isinstance(item, ast.Call))
        self.scope = frozenset(_imported(tree))

    def statement(self, call: ast.Call) -> ast.Expr | None:
        """The statement `receiver.method(call)`, if that is where it stands."""
        return self._statements.get(id(call))

    def row(self, call: ast.Call) -> ast.stmt | None:
        """The simple statement that works the call out, once and in any case."""
        return self._rows.get(id(call))

    def listed(self, call: ast.Call) -> bool:
        """Whether it is an element of a list that is written out."""
        return id(call) in self._listed


def _calls(value: ast.expr | None) -> Iterator[ast.Call]:
    """The calls that an expression surely makes, each once."""
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, ast.Call):
            yield inner
            waiting += [inner.func, *inner.args, *(keyword.value for keyword in inner.keywords)]
        elif isinstance(inner, ast.Attribute | ast.Subscript | ast.Starred):
            waiting.append(inner.value)
        elif isinstance(inner, ast.Tuple | ast.List):
            waiting += inner.elts
        elif isinstance(inner, ast.BinOp):
            waiting += [inner.left, inner.right]


def _imported(tree: ast.Module) -> set[str]:
    """The names of `NAMES` that the module imports at its top level under their own meaning, and gives no other."""
    found: set[str] = set()
    for statement in tree.body:
        match statement:
            case ast.Import():
                found |= {alias.asname or alias.name for alias in statement.names if _means(alias.name, alias.asname)}
            case ast.ImportFrom(module=str(module)) if "keras" in module or module == "tensorflow":
                for alias in statement.names:
                    if alias.name == "*" and module.endswith("layers"):
                        found |= NAMES - {"keras", "layers", "tf"}
                    elif alias.asname in (None, alias.name) and alias.name in NAMES:
                        found.add(alias.name)
    rebound = {name.id for name in nodes_of(tree, ast.Name) if isinstance(name.ctx, ast.Store)}
    return (found & NAMES) - rebound


def _means(name: str, asname: str | None) -> bool:
    meanings: Mapping[str, tuple[str, ...]] = {
        "keras": ("keras", "tensorflow.keras", "tf_keras"),
        "layers": ("keras.layers", "tensorflow.keras.layers"),
        "tf": ("tensorflow",),
    }
    return name in meanings.get(asname or name, ())
