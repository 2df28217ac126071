"""What stands around a call in the text: its statement, its list, the names that a fix may use there."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rnnlint.interpreter.walking import nodes_of

HOMES = {
    **dict.fromkeys(
        ("Bidirectional", "Concatenate", "Input", "Masking", "Permute", "Reshape", "TimeDistributed"), "layers"
    ),
    "LambdaCallback": "callbacks",
    "pad_sequences": "preprocessing.sequence",
}
"""Classes and functions of Keras that fixes like to use, with the module that has them in Keras 2 and 3."""

MODULES = frozenset({"callbacks", "keras", "layers", "tf"})

NAMES = frozenset(HOMES) | MODULES

ROOTS = ("keras", "tensorflow.keras", "tf_keras")
"""How Keras is called where things are imported from it."""


OLD = frozenset({"CuDNNGRU", "CuDNNLSTM"})
"""Classes that have another name today."""


@dataclass(frozen=True, slots=True)
class Insertion:
    """A text that imports a name, and the node that it belongs in front of or behind."""

    node: ast.AST
    text: str
    behind: bool


class Surroundings:
    """Of the calls of one module; looked up by node."""

    def __init__(self, tree: ast.Module) -> None:
        self._statements: dict[int, ast.Expr] = {}
        self._tree = tree
        self._indexed: dict[int, ast.Assign] | None = None
        self._listed: dict[int, tuple[ast.List, int]] = {}
        self._rows: dict[int, ast.stmt] = {}
        for kind in (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return):
            for node in nodes_of(tree, kind):
                self._rows.update((id(call), node) for call in _calls(getattr(node, "value", None)))
        for statement in nodes_of(tree, ast.Expr):
            match statement.value:
                case ast.Call(func=ast.Attribute(), args=[ast.Call() as given], keywords=[]):
                    self._statements[id(given)] = statement
        for shown in nodes_of(tree, ast.List):
            self._listed.update(
                (id(item), (shown, number)) for number, item in enumerate(shown.elts) if isinstance(item, ast.Call)
            )
        self._alone = {id(block[0]) for block in _blocks(tree) if len(block) == 1}
        self.scope = frozenset(_imported(tree))
        self.imports = dict(_importable(tree))
        self.mentions = _mentions(tree)

    def statement(self, call: ast.Call) -> ast.Expr | None:
        """The statement `receiver.method(call)`, if that is where it stands."""
        return self._statements.get(id(call))

    def row(self, call: ast.Call) -> ast.stmt | None:
        """The simple statement that works the call out, once and in any case."""
        return self._rows.get(id(call))

    def listed(self, call: ast.Call) -> bool:
        """Whether it is an element of a list that is written out."""
        return id(call) in self._listed

    def indexed(self, node: ast.Subscript) -> ast.Assign | None:
        """The statement `x = x[i]`, if that is where it stands."""
        if self._indexed is None:
            self._indexed = {id(statement.value): statement for statement in nodes_of(self._tree, ast.Assign)}
        statement = self._indexed.get(id(node))
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript(value=ast.Name(id=given))):
                return statement if name == given else None
        return None

    def neighbours(self, call: ast.Call) -> tuple[ast.expr | None, ast.expr | None]:
        """The elements in front of it and behind it in its list."""
        shown, number = self._listed[id(call)]
        before = shown.elts[number - 1] if number else None
        return before, shown.elts[number + 1] if number + 1 < len(shown.elts) else None

    def alone(self, statement: ast.stmt) -> bool:
        """Whether its block would be empty without it."""
        return id(statement) in self._alone


COMPOUND: tuple[type[ast.AST], ...] = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.AsyncFor, ast.While, ast.If, ast.With),
    *(ast.AsyncWith, ast.Try, ast.ExceptHandler, ast.match_case),
)


def _blocks(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    """Every block that must not be empty."""
    for kind in COMPOUND:
        for node in nodes_of(tree, kind):
            for name in ("body", "orelse", "finalbody"):
                yield getattr(node, name, [])


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
                        found |= {name for name, home in HOMES.items() if home == "layers"}
                    elif alias.asname in (None, alias.name) and alias.name in NAMES:
                        found.add(alias.name)
    rebound = {name.id for name in nodes_of(tree, ast.Name) if isinstance(name.ctx, ast.Store)}
    return (found & NAMES) - rebound


def _means(name: str, asname: str | None) -> bool:
    meanings: Mapping[str, tuple[str, ...]] = {
        "keras": ("keras", "tensorflow.keras", "tf_keras"),
        "layers": ("keras.layers", "tensorflow.keras.layers"),
        "callbacks": ("keras.callbacks", "tensorflow.keras.callbacks"),
        "tf": ("tensorflow",),
    }
    return name in meanings.get(asname or name, ())


def _importable(tree: ast.Module) -> Iterator[tuple[str, Insertion]]:
    """Names of `HOMES` that the module binds nowhere, and how it can import each as it imports Keras already."""
    statements = [
        (node, root) for node in tree.body if isinstance(node, ast.ImportFrom) and (root := _root(node)) is not None
    ]
    if not statements:
        return
    bound = _bound(tree)
    first, root = statements[0]
    for name, home in HOMES.items():
        if name in bound:
            continue
        module = f"{root}.{home}"
        there = next((node for node, _ in statements if node.module == module and node.names[0].name != "*"), None)
        if there is not None:
            yield name, Insertion(there.names[-1], f", {name}", behind=True)
        else:
            yield name, Insertion(first, f"from {module} import {name}\n", behind=False)


def _mentions(tree: ast.Module) -> dict[str, list[ast.AST]]:
    """Where each name of `OLD` stands that is imported once and given no other meaning."""
    imported = [alias for node in nodes_of(tree, ast.ImportFrom) for alias in node.names if alias.name in OLD]
    found: dict[str, list[ast.AST]] = {}
    for name in {alias.name for alias in imported if alias.asname is None}:
        names = [node for node in nodes_of(tree, ast.Name) if node.id == name]
        once = sum(alias.name == name for alias in imported) == 1
        if once and all(isinstance(node.ctx, ast.Load) for node in names):
            found[name] = [*(alias for alias in imported if alias.name == name), *names]
    return found


def _root(node: ast.ImportFrom) -> str | None:
    """What Keras is called where it imports something from a module of it."""
    module = node.module or ""
    return next((root for root in ROOTS if not node.level and f"{module}.".startswith(f"{root}.")), None)


def _bound(tree: ast.Module) -> set[str]:
    """Every name that the module gives a meaning, anywhere."""
    names = {name.id for name in nodes_of(tree, ast.Name) if isinstance(name.ctx, ast.Store)}
    names |= {argument.arg for argument in nodes_of(tree, ast.arg)}
    names |= {alias.asname or alias.name.partition(".")[0] for alias in nodes_of(tree, ast.alias)}
    names |= {function.name for function in nodes_of(tree, ast.FunctionDef)}
    return names | {made.name for made in nodes_of(tree, ast.ClassDef)}
