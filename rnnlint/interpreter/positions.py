"""Where things stand in the text: nodes to locations, calls to sites that a fix can edit."""

import ast
from collections.abc import Sequence

from rnnlint.facts import ArgumentSite, CallLocation, CallSite, SourceLocation, TextLocation
from rnnlint.interpreter.surroundings import Surroundings
from rnnlint.interpreter.values import Module


class Positions:
    """The text of one module, by line. Lines and columns count from 1, columns in characters."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._lines = module.text.split("\n")
        self._plain = module.text.isascii()
        self._sites: dict[tuple[int, tuple[str, ...]], CallSite] = {}
        self._surroundings: Surroundings | None = None
        self._imports: dict[str, tuple[TextLocation, str]] = {}

    def of(self, node: ast.AST | None) -> TextLocation:
        """The span of a node; the first character of the file for None."""
        if node is None or not hasattr(node, "lineno"):
            return self._span((1, 1), (1, 1))
        return self._span(self._start(node), self._end(node))

    def site(self, node: ast.Call, parameters: Sequence[str]) -> CallSite:
        """How a call is written. `parameters`: the names its positional arguments reach, in order."""
        key = (id(node), tuple(parameters[: len(node.args)]))
        if key not in self._sites:
            self._sites[key] = self._site(node, parameters)
        return self._sites[key]

    def _site(self, node: ast.Call, parameters: Sequence[str]) -> CallSite:
        end = self._end(node)
        given: list[tuple[ast.expr | ast.keyword, str | None]] = [
            (argument, None if isinstance(argument, ast.Starred) else name)
            for argument, name in zip(node.args, [*parameters, *[None] * len(node.args)], strict=False)
        ]
        given += [(keyword, keyword.arg) for keyword in node.keywords]
        given.sort(key=lambda item: (getattr(item[0], "lineno", 0), getattr(item[0], "col_offset", 0)))
        spans = self._argument_spans([argument for argument, _ in given], end)
        arguments = {}
        for i, ((argument, name), (start, stop)) in enumerate(zip(given, spans, strict=True)):
            if name is None:
                continue
            value = self._outside(argument.value, stop) if isinstance(argument, ast.keyword) else start
            if i and self._commented(spans[i - 1][1], start, stop):
                removal = self._span((spans[i - 1][1][0] + 1, 1), (stop[0] + 1, 1))
            elif i:
                removal = self._span(spans[i - 1][1], stop)
            elif len(spans) > 1:
                removal = self._span(start, spans[1][0])
            else:
                removal = self._span(start, stop)
            written = argument.value if isinstance(argument, ast.keyword) else argument
            elements = written.elts if isinstance(written, ast.Tuple | ast.List) else []
            arguments[name] = ArgumentSite(
                self._span(start, stop),
                self._span(value, stop),
                removal,
                self._text(value, stop),
                tuple(map(self.of, elements)),
                tuple(self._text(self._start(element), self._end(element)) for element in elements),
            )
        insert = spans[-1][1] if spans else (end[0], end[1] - 1)
        around = self._around()
        statement, row = around.statement(node), around.row(node)
        return CallSite(
            location=self.of(node),
            insert=self._span(insert, insert),
            prefix=", " if spans else "",
            suffix="",
            function=self.of(node.func),
            arguments=arguments,
            open=any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords),
            spelled=self._text(self._start(node.func), self._end(node.func)),
            statement=self.of(statement) if statement is not None and self._leads(statement) else None,
            receiver=self._receiver(statement),
            listed=around.listed(node),
            leads=self._leads(node),
            row=self.of(row) if row is not None and self._leads(row) and self._ends_its_line(row) else None,
            bare=isinstance(row, ast.Expr) and row.value is node,
            removal=self._removal(node, statement, row),
            targets=_targets(node, row),
            targets_at=self.of(row.targets[0]) if isinstance(row, ast.Assign) else None,
            mentions=self._mentions(node),
            scope=around.scope,
            imports=self._imports,
        )

    def subscript(self, node: ast.Subscript) -> CallSite:
        """How `x[i]` is written, as if `x` were called."""
        end, place = self._end(node), self.of(node)
        statement = self._around().indexed(node)
        lone = statement is None or self._around().alone(statement) or not self._leads(statement)
        removal = self._span((self._start(statement)[0], 1), (self._end(statement)[0] + 1, 1)) if statement else None
        return CallSite(
            place, self._span(end, end), "", "", self.of(node.value), removal=None if lone else removal, open=True
        )

    def _commented(self, before: tuple[int, int], start: tuple[int, int], stop: tuple[int, int]) -> bool:
        """Whether an argument has lines of its own, and it or the one that ends at `before` has a comment behind it:
        each goes with its argument."""
        first = self._line(before[0])[before[1] - 1 :].replace(" ", "")
        last = self._line(stop[0])[stop[1] - 1 :].replace(" ", "").removeprefix(",")
        alone = not self._line(start[0])[: start[1] - 1].strip() and last[:1] in ("", "#")
        return before[0] < start[0] and alone and first[:2] in (",", ",#") and "#" in first + last

    def _around(self) -> Surroundings:
        if self._surroundings is None:
            self._surroundings = Surroundings(self._module.tree)
            for name, new in self._surroundings.imports.items():
                place = self._end(new.node) if new.behind else self._start(new.node)
                self._imports[name] = (self._span(place, place), new.text)
        return self._surroundings

    def _mentions(self, node: ast.Call) -> tuple[TextLocation, ...]:
        mentions = self._around().mentions
        return tuple(map(self.of, mentions.get(node.func.id, ()))) if isinstance(node.func, ast.Name) else ()

    def _removal(self, node: ast.Call, statement: ast.Expr | None, row: ast.stmt | None) -> TextLocation | None:
        """What to delete to take the call out."""
        around = self._around()
        if around.listed(node):
            before, behind = around.neighbours(node)
            start = self._start(node) if behind is not None or before is None else self._end(before)
            stop = self._end(node) if behind is None else self._start(behind)
            lines = [self._line(line) for line in range(start[0], stop[0] + 1)]
            lone = before is None and behind is None
            return None if lone or any("#" in line for line in lines) else self._span(start, stop)
        made = row if isinstance(row, ast.Expr) and row.value is node else None
        whole = statement or made or (row if _hands_on(node, row) else None)
        if whole is None or around.alone(whole) or not self._leads(whole) or not self._ends_its_line(whole):
            return None
        return self._span((self._start(whole)[0], 1), (self._end(whole)[0] + 1, 1))

    def _text(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        """What is written between two places of one line; empty for more lines."""
        return self._line(start[0])[start[1] - 1 : end[1] - 1] if start[0] == end[0] else ""

    def _receiver(self, statement: ast.Expr | None) -> str:
        """What the method of a statement `model.add(...)` is called on."""
        function = statement.value.func if statement is not None and isinstance(statement.value, ast.Call) else None
        if not isinstance(function, ast.Attribute) or function.attr != "add":
            return ""
        return self._text(self._start(function.value), self._end(function.value))

    def _leads(self, node: ast.AST) -> bool:
        """Whether nothing stands in front of it on its line."""
        line, column = self._start(node)
        return not self._line(line)[: column - 1].strip()

    def _ends_its_line(self, statement: ast.stmt) -> bool:
        """Whether nothing stands behind it on its line, and no tab in front of it."""
        line, column = self._end(statement)
        return not self._line(line)[column - 1 :].strip() and "\t" not in self._line(self._start(statement)[0])

    def _argument_spans(
        self, arguments: Sequence[ast.expr | ast.keyword], end: tuple[int, int]
    ) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        """Start and end of each argument, brackets around it included."""
        spans = []
        for i, argument in enumerate(arguments):
            limit = self._start(arguments[i + 1]) if i + 1 < len(arguments) else (end[0], end[1] - 1)
            stop = self._past_brackets(self._end(argument), limit)
            spans.append((self._outside(argument, stop), stop))
        return spans

    def _outside(self, node: ast.AST, stop: tuple[int, int]) -> tuple[int, int]:
        """The start of an expression that with its brackets ends at `stop`: in front of as many opening brackets."""
        (line, column), (end_line, end_column) = self._start(node), self._end(node)
        if isinstance(node, ast.keyword) or (end_line, end_column) == stop:
            return line, column
        behind = self._line(end_line)[end_column - 1 : stop[1] - 1 if stop[0] == end_line else None]
        for _ in range(behind.count(")")):
            before = self._line(line)[: column - 1].rstrip()
            if not before.endswith("("):
                break
            column = len(before)
        return line, column

    def _past_brackets(self, start: tuple[int, int], limit: tuple[int, int]) -> tuple[int, int]:
        """The end of an expression that ends at `start`, with the closing brackets around it, up to its comma."""
        line, column = start
        found = start
        if line == limit[0] and ")" not in self._line(line)[column - 1 : limit[1] - 1]:
            return start
        while (line, column) < limit:
            text = self._line(line)
            if column > len(text) or text[column - 1] == "#":
                line, column = line + 1, 1
                continue
            if text[column - 1] == ",":
                break
            column += 1
            if text[column - 2] == ")":
                found = (line, column)
        return found

    def _line(self, number: int) -> str:
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""

    def _start(self, node: ast.AST) -> tuple[int, int]:
        return self._characters(node.lineno, node.col_offset)  # type: ignore[attr-defined]

    def _end(self, node: ast.AST) -> tuple[int, int]:
        line, offset = getattr(node, "end_lineno", None), getattr(node, "end_col_offset", None)
        return self._start(node) if line is None or offset is None else self._characters(line, offset)

    def _characters(self, line: int, offset: int) -> tuple[int, int]:
        """ast counts columns in bytes of UTF-8, from 0."""
        if self._plain:
            return line, offset + 1
        text = self._line(line)
        return line, len(text.encode("utf-8")[:offset].decode("utf-8", "replace")) + 1

    def _span(self, start: tuple[int, int], end: tuple[int, int]) -> TextLocation:
        path, index = self._module.path, self._module.call_index
        if index is not None:
            return CallLocation(path, index, *start, *end)
        return SourceLocation(path, *start, *end)


def _hands_on(node: ast.Call, row: ast.stmt | None) -> bool:
    """Whether the statement only hands a name on to itself: `x = f(x)`."""
    match row:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(args=[ast.Name(id=given)], keywords=[]) as call):
            return call is node and name == given
    return False


def _targets(node: ast.Call, row: ast.stmt | None) -> tuple[str, ...]:
    """The plain names that the statement unpacks what the call gives to."""
    if not isinstance(row, ast.Assign) or row.value is not node or len(row.targets) != 1:
        return ()
    target = row.targets[0]
    names = [item.id for item in getattr(target, "elts", ()) if isinstance(item, ast.Name)]
    return tuple(names) if len(names) == len(getattr(target, "elts", ())) else ()
