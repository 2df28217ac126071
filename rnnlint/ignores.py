"""Comments that suppress findings.

    model.fit(x, y)  # rnnlint: ignore[stateful-shuffle] the rows are independent here
    # rnnlint: ignore-file[speed]

The first suppresses rules or families on its line; on the first line of a statement, in the whole statement. The
second does so in the whole file, wherever it stands. They are found by tokenising: what only looks like one in a string
is none.
"""

import io
import re
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from rnnlint.facts import SourceLocation
from rnnlint.reading import Cell

_DIRECTIVE = re.compile(r"#\s*rnnlint\s*:\s*(?P<word>[A-Za-z][\w-]*)\s*(?P<names>\[(?P<list>[^\]]*)\]?)?")
_MAYBE = re.compile(r"#[^\n]*rnnlint\s*:")

WORDS = ("ignore", "ignore-file")
_OTHER_TOOLS = ("disable", "disable-file", "noqa", "skip", "skip-file", "off", "suppress")
"""How other linters say it; somebody who writes this means it."""

_LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)


@dataclass(frozen=True, slots=True)
class Ignore:
    """A comment that suppresses.

    Attributes:
        location: from its `#` to the end of its list of names.
        removal: the whole comment, with the white space in front of it; None where it holds something else too.
        word: `ignore` or `ignore-file`, or what stands in its place.
        names: rules and families, as written.
    """

    location: SourceLocation
    removal: SourceLocation | None
    word: str
    names: tuple[str, ...] = ()

    @property
    def understood(self) -> bool:
        return self.word in WORDS


@dataclass(frozen=True, slots=True)
class Ignores:
    """What is suppressed in a file.

    Attributes:
        comments: in order.
        first_lines: of statements that go over several lines: each of their lines to the first.
    """

    comments: Sequence[Ignore] = ()
    first_lines: Mapping[int, int] = field(default_factory=dict)

    def at(self, location: SourceLocation) -> Iterator[Ignore]:
        """The comments that speak for a place."""
        lines = {location.line, location.end_line, self.first_lines.get(location.line, location.line)}
        for comment in self.comments:
            if comment.word == "ignore-file" or (comment.word == "ignore" and comment.location.line in lines):
                yield comment


def ignores(text: str, path: str, cells: Sequence[Cell] = ()) -> Ignores:
    """The suppressing comments of a script, or of the joined cells of a notebook."""
    if not _MAYBE.search(text):
        return Ignores()
    lines = text.split("\n")
    parts = [(cell.first_line, "\n".join(lines[cell.first_line - 1 : cell.last_line])) for cell in cells]
    comments: list[Ignore] = []
    first_lines: dict[int, int] = {}
    for first, part in parts or [(1, text)]:
        begun: int | None = None
        for token in _tokens(part):
            line = token.start[0] + first - 1
            if token.type == tokenize.COMMENT:
                comments += _in_comment(token, path, line)
            elif token.type == tokenize.NEWLINE:
                if begun is not None and line > begun:
                    first_lines |= dict.fromkeys(range(begun, line + 1), begun)
                begun = None
            elif token.type not in _LAYOUT and begun is None:
                begun = line
    return Ignores(tuple(comments), first_lines)


def _in_comment(token: tokenize.TokenInfo, path: str, line: int) -> Iterator[Ignore]:
    comment, column = token.string, token.start[1] + 1
    before = len(token.line[: column - 1].rstrip())
    for found in _DIRECTIVE.finditer(comment):
        word = found["word"].lower()
        if word not in WORDS and word not in _OTHER_TOOLS and not get_close_matches(word, WORDS, cutoff=0.75):
            continue
        names = tuple(name.strip() for name in (found["list"] or "").split(",") if name.strip())
        end = column + len(comment[: found.end()].rstrip())
        yield Ignore(
            SourceLocation(path, line, column + found.start(), line, end),
            None if found.start() else SourceLocation(path, line, before + 1, line, column + len(comment)),
            word,
            names,
        )


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    """As many tokens as can be told. Commands of IPython are no Python: where they disturb, they are taken out."""
    tokens, whole = _tokenised(text)
    if whole:
        return tokens
    from rnnlint.interpreter import magics

    without, dropped = magics.drop(text)
    if not dropped:
        return tokens
    others, whole = _tokenised(without)
    return others if whole or len(others) > len(tokens) else tokens


def _tokenised(text: str) -> tuple[list[tokenize.TokenInfo], bool]:
    tokens: list[tokenize.TokenInfo] = []
    try:
        tokens.extend(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError, RecursionError, MemoryError, ValueError):
        return tokens, False
    return tokens, all(token.type != tokenize.ERRORTOKEN for token in tokens)
