"""Takes the commands of IPython out of a text, line by line, so that lines and columns stay where they are."""

import re

_RUNS_PYTHON = frozenset(
    {"time", "timeit", "capture", "prun", "memit", "mprun", "lprun", "python", "python3", "snakeviz"}
)
"""Cell magics whose cell is Python all the same."""

_TIMED = re.compile(r"^(\s*)(%(?:time|timeit|prun|memit)(?:\s+-\w+(?:\s*\d+)?)*\s+)(?=[^\s-])")
_ASSIGNED = re.compile(r"^(\s*[\w.,\[\]'\" ]+?\s*=\s*)([%!].*)$")
_COMMAND = re.compile(r"^(\s*)(?:[%!?]|[\w.]+\?{1,2}\s*(?:#.*)?$)")
_SHELL = re.compile(
    r"^(\s*)(?:pip3?|conda|apt(?:-get)?|ls|cd|mkdir|rm|cp|mv|cat|pwd|git|wget|curl|unzip|tar|sudo|clear)"
    r"(?:\s+(?![=(.\[,+*/%<>|&:-]\s)[\w./~'\"$!-].*)?$"
)
_CELL_MAGIC = re.compile(r"^\s*%%(\w+)")


def drop(text: str) -> tuple[str, list[int]]:
    """The text without the commands of IPython, and the lines (from 1) on which they stood.

    `%time f()` keeps `f()` at its column; `x = !ls` becomes a call of `get_ipython`, which nobody knows the value of;
    all other commands become `pass`. A cell in another language becomes empty lines.
    """
    lines = text.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")), None)
    if first is not None and (magic := _CELL_MAGIC.match(lines[first])):
        if magic[1] not in _RUNS_PYTHON:
            return "\n" * (len(lines) - 1), [number for number, line in enumerate(lines, 1) if line]
        lines[first] = ""
        kept, dropped = _each_line(lines)
        return kept, [first + 1, *dropped]
    return _each_line(lines)


def _each_line(lines: list[str]) -> tuple[str, list[int]]:
    kept: list[str] = []
    dropped: list[int] = []
    goes_on = False
    for number, line in enumerate(lines, 1):
        new = "" if goes_on else _one_line(line)
        if new != line:
            dropped.append(number)
            goes_on = line.rstrip().endswith("\\")
        else:
            goes_on = False
        kept.append(new)
    return "\n".join(kept), dropped


def _one_line(line: str) -> str:
    if timed := _TIMED.match(line):
        # `if 1:` in its place, as long as the command was, so that no column moves.
        return f"{timed[1]}if{' ' * (len(timed[2]) - 5)}1: {line[timed.end() :]}"
    if assigned := _ASSIGNED.match(line):
        return f"{assigned[1]}get_ipython()"
    if command := _COMMAND.match(line) or _SHELL.match(line):
        return f"{command[1]}pass"
    return line
