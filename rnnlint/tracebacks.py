"""Takes the messages out of what people paste: a bare message, tracebacks of Python, of notebooks, of R, of JavaScript.

The last exception counts; the ones that it came from follow, the nearest first. What a traceback shows of programs,
paths and source lines, is left out.
"""

import re
from collections.abc import Iterator

MOST = 400_000
"""Characters that are read, from the end: a traceback ends with what counts."""

MOST_LINE = 20_000
MOST_EXCEPTIONS = 30
LONGEST, TAIL = 12_000, 4_000
"""Characters of one message; of a longer one, the beginning and the end."""

COLOUR = re.compile(r"\x1b\[[0-9;]{0,20}[A-Za-z]")
QUOTES = str.maketrans({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0xA0: " "})

EXCEPTION = re.compile(
    r"(?:E {1,8}|[ \t|+>]{0,20})(?:Uncaught |\(in promise\) |Caused by: ){0,3}(?:[A-Za-z_]\w{0,60}\.){0,8}"
    r"(?:[A-Z]\w{0,60}(?:Error|Exception|Interrupt|Exit|Iteration)|Exception|Error) ?:(?: |$)"
)
CHAIN = re.compile(
    r"\s{0,20}(?:During handling of the above|The above exception was the direct cause|.{0,80}Traceback \()"
)
FRAME = re.compile(
    r"\s{0,40}(?:File \"[^\"]{1,400}\", line \d|File \S{1,400}:\d{1,6}, in |File \S{1,400} in |"
    r"\[?<ipython-input|(?:Cell|Input) In ?\[|\S{1,400}\.pyx?:\d{1,6} \S|"
    r"\[?[/~\w:\\.-]{1,400}\.pyx?\]?(?:\(\S{0,400}\))? in |"
    r"at \S{1,400} \(|at \S{1,400}:\d)"
)
SOURCE = re.compile(r"\s{0,40}(?:-{1,6}> ?\d{1,6}(?: |$)|\d{1,6}(?: |$)|>>>|[~^]{2,}\s{0,20}$)")
RULER = re.compile(r"\s{0,40}[-=~^]{3,}\s{0,40}$")


def messages(text: str) -> list[str]:
    """The messages in a text, each on one line, the one that counts most first; the whole text is the last."""
    lines = list(_told(text))
    parts: list[list[str]] = [[]]
    for line in lines:
        if CHAIN.match(line):
            parts.append([])
            continue
        if EXCEPTION.match(line):
            parts.append([])
        parts[-1].append(line)
    first, *exceptions = parts
    ordered = [*reversed([part for part in exceptions if part][-MOST_EXCEPTIONS:]), first, lines]
    flat = [_flat(" ".join(part)) for part in ordered]
    return list(dict.fromkeys(message for message in flat if message))


def _told(text: str) -> Iterator[str]:
    """The lines without frames and their source lines."""
    lines = COLOUR.sub("", text[-MOST:]).translate(QUOTES).splitlines()
    notebook = any(re.match(r"\s{0,40}-{1,6}> ?\d", line) for line in lines)
    behind: int | None = None
    for whole in lines:
        line = whole if len(whole) <= MOST_LINE else whole[: MOST_LINE // 2] + " " + whole[-MOST_LINE // 2 :]
        indent = len(line) - len(line.lstrip())
        if FRAME.match(line) and not _is_message(line):
            behind = indent
        elif (
            (behind is not None and indent > behind and not EXCEPTION.match(line))
            or RULER.match(line)
            or (notebook and SOURCE.match(line))
        ):
            continue
        else:
            behind = None
            yield line


def _is_message(line: str) -> bool:
    """Whether a line that begins as a frame goes on with the message, as where everything was pasted as one line."""
    return len(line) > 600 or " Error:" in line or re.search(r"Error: ", line) is not None


def _flat(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - TAIL]} {text[-TAIL:]}"
