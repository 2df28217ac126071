"""Literate cases: Markdown files with programs and, in them, what is to be found.

A heading names the case. Each block of python under it is a whole program behind the shared prelude of imports. Where
a line is at fault it ends with `# error: [rule]`, `# warning: [rule]` or `# hint: [rule]`, or with several:
`# error: [a], hint: [b]`. Nothing else may be found in the block. The words behind `python` may name the Keras:
```` ```python keras=2 ````.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```(\w*)(.*)$")
MARK = re.compile(r"\s*# ((?:error|warning|hint): \[[a-z0-9-]+\](?:, (?:error|warning|hint): \[[a-z0-9-]+\])*)\s*$")
ONE = re.compile(r"(error|warning|hint): \[([a-z0-9-]+)\]")


@dataclass(frozen=True, slots=True)
class Case:
    """A program and what is to be found in it: (line, severity, rule), lines from 1 within the block."""

    name: str
    text: str
    wanted: frozenset[tuple[int, str, str]]
    keras: int | None


def read_cases(file: Path) -> Iterator[Case]:
    """The cases of a Markdown file.

    Raises:
        ValueError: a mark cannot be read, a case has no heading, or two blocks have one name.
    """
    heading, info, names = "", "", set[str]()
    block: list[str] | None = None
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        fence = FENCE.match(line)
        if block is not None and fence is None:
            block.append(line)
        elif block is not None:
            case = _case(f"{file.stem}: {heading}", block, info)
            if not heading or case.name in names:
                raise ValueError(f"{file.name}:{number}: each block needs a heading of its own")
            names.add(case.name)
            yield case
            block = None
        elif fence is not None:
            block, info = [], fence.group(2)
        elif line.startswith("#"):
            heading = line.lstrip("# ")


def _case(name: str, lines: list[str], info: str) -> Case:
    wanted: set[tuple[int, str, str]] = set()
    text = []
    for number, line in enumerate(lines, 1):
        found = MARK.search(line)
        if found is None and re.search(r"# (error|warning|hint)\b", line):
            raise ValueError(f"{name}: cannot read the mark in {line!r}")
        if found is not None:
            wanted |= {(number, severity, rule) for severity, rule in ONE.findall(found.group(1))}
            line = line[: found.start()]
        text.append(line)
    keras = re.search(r"keras=([123])", info)
    return Case(name, "\n".join(text) + "\n", frozenset(wanted), int(keras.group(1)) if keras else None)
