"""Says why a text is not Python 3 as the running Python reads it: Python 2, newer syntax, or plainly wrong."""

import re
import sys
from dataclasses import dataclass


@dataclass(slots=True, eq=False)
class Refusal(Exception):
    """A file or cell that is not read.

    Attributes:
        status: `skipped` (nothing for this tool) or `failed` (damaged).
        reason: one clause with the file as its subject.
        line: where, from 1.
    """

    status: str
    reason: str
    line: int | None = None


_PYTHON_2_MESSAGES = {
    "Missing parentheses in call to 'print'": "print is a statement",
    "Missing parentheses in call to 'exec'": "exec is a statement",
    "multiple exception types must be parenthesized": "`except X, e`",
    "leading zeros in decimal integer literals": "octal numbers as 0777",
    "inconsistent use of tabs and spaces": "tabs and spaces are mixed",
    "arameters cannot be parenthesized": "tuple parameters",
}
"""Beginnings or ends of the parser's messages that only Python 2 code causes."""

_PYTHON_2_LINES = (
    (re.compile(r"^\s*print\s+[^\s=(\[.,:)%*/+|&^<@-]"), "print is a statement"),
    (re.compile(r"^\s*print\s*>>\s*\w"), "print is a statement"),
    (re.compile(r"^\s*exec\s+[^\s=(\[.,:]"), "exec is a statement"),
    (re.compile(r"^\s*except\s+[\w.]+\s*,\s*[a-z_]\w*\s*:"), "`except X, e`"),
    (re.compile(r"^\s*raise\s+[\w.]+\s*,"), '`raise E, "..."`'),
    (re.compile(r"[\w)\]]\s*<>\s*[\w(\"']"), "`<>`"),
    (re.compile(r"(?<![\w.])[1-9]\d*[lL]\b"), "long numbers as 10L"),
    (re.compile(r"(?<![\w.])0[xX][0-9a-fA-F]+[lL]\b"), "long numbers as 10L"),
    (re.compile(r"(?<![\w.])0[0-7]+[lL]?\b"), "octal numbers as 0777"),
    (re.compile(r"(?<![\w\"'])[uU][rR][\"']"), "strings as ur''"),
    (re.compile(r"`[^`\n]+`"), "backticks"),
    (re.compile(r"^\s*(def\s+\w+|lambda)\s*\(?[^#\n]*\(\s*\w+\s*,\s*\w+\s*\)\s*[,)]?.*:"), "tuple parameters"),
)

_NEWER = (
    ((3, 14), re.compile(r"^\s*except\*?\s+[\w.]+\s*,\s*[A-Z]\w*(\s*,\s*[A-Z]\w*)*\s*:"), "`except A, B`"),
    ((3, 14), re.compile(r"(?<![\w\"'])[tT][rR]?[\"']"), "template strings"),
    ((3, 12), re.compile(r"^\s*type\s+\w+(\[.*\])?\s*="), "`type X = ...`"),
    ((3, 12), re.compile(r"^\s*(async\s+)?(def|class)\s+\w+\s*\["), "type parameters"),
    ((3, 12), re.compile(r"(?<![\w\"'])[rR]?[fF][rR]?([\"']).*\{.*\1.*\}"), "quotes inside an f-string"),
    ((3, 12), re.compile(r"(?<![\w\"'])[rR]?[fF][rR]?[\"'].*\{[^}]*\\"), "a backslash inside an f-string"),
)
"""Syntax by the Python that brought it."""


def refuse(error: SyntaxError, text: str) -> Refusal:
    """Why the parser refused a text, as one line."""
    line = error.lineno if isinstance(error.lineno, int) and error.lineno > 0 else None
    where = f"line {line}: " if line else ""
    message = (
        (error.msg or "invalid syntax")
        .partition(". Did you mean")[0]
        .partition("; perhaps")[0]
        .partition(": value has")[0]
    )
    lines = text.split("\n")
    for version, what in _newer(lines, line):
        if not (what.startswith("`except") and _python_2_elsewhere(lines)):
            running = ".".join(map(str, sys.version_info[:2]))
            wanted = ".".join(map(str, version))
            reason = f"uses syntax of Python {wanted} ({where}{what}), and rnnlint runs on Python {running}"
            return Refusal("failed", reason, line)
    if (what_2 := _python_2(message, lines, line)) is not None:
        return Refusal("skipped", f"is written in Python 2 ({where}{what_2}): rnnlint reads Python 3", line)
    return Refusal("failed", f"is not valid Python ({where}{message})", line)


def _python_2(message: str, lines: list[str], line: int | None) -> str | None:
    for part, what in _PYTHON_2_MESSAGES.items():
        if part in message:
            return what
    if line is None:
        return None
    # An error in Python 2 code is sometimes found a line late.
    for text in lines[max(0, line - 2) : line]:
        code = text.partition("#")[0]
        for pattern, what in _PYTHON_2_LINES:
            if pattern.search(code):
                return what
    return None


def _python_2_elsewhere(lines: list[str]) -> bool:
    return any(pattern.search(text) for text in lines for pattern, _ in _PYTHON_2_LINES[:3])


def _newer(lines: list[str], line: int | None) -> list[tuple[tuple[int, int], str]]:
    if line is None:
        return []
    text = lines[line - 1] if line <= len(lines) else ""
    return [(v, what) for v, pattern, what in _NEWER if sys.version_info < v and pattern.search(text)]
