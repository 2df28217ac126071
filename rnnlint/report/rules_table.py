"""The catalogue of rules, and the page of one, for people."""

from collections.abc import Iterable, Iterator
from typing import TextIO

from rich.text import Text

from rnnlint.packs import by_family
from rnnlint.report.canvas import Canvas, message
from rnnlint.report.catalogue import page
from rnnlint.report.terminal import STYLES, counted
from rnnlint.rule import FAMILIES, Rule

LEAST_SUMMARY = 30
"""Room for a summary beside the name of its rule."""


def write_rules(rules: Iterable[Rule], stream: TextIO) -> None:
    """Writes a line for each rule, family by family."""
    canvas = Canvas(stream)
    families = by_family(rules)
    names = max((len(rule.name) for some in families.values() for rule in some), default=0)
    for family in sorted(families, key=_rank):
        canvas.print(Text(family, "bold"))
        for rule in families[family]:
            canvas.print(*_row(rule, names, canvas))
        canvas.print(Text())
    total = sum(map(len, families.values()))
    canvas.print(Text(f"{counted(total, 'rule')}.  More: rnnlint explain RULE"))


def _row(rule: Rule, names: int, canvas: Canvas) -> Iterator[Text]:
    """The rule and its summary, side by side where there is room."""
    name, severity = (rule.name, "bold"), STYLES[rule.severity]
    summary = message(rule.summary.rstrip("."))
    lead = Text.assemble(
        "  ", name, " " * (names - len(rule.name)), "  ", (f"{rule.severity.value:<7}", severity), "  "
    )
    if canvas.width >= lead.cell_len + LEAST_SUMMARY:
        yield from canvas.wrap(summary, " " * lead.cell_len, lead)
    else:
        yield Text.assemble("  ", name, " ", (rule.severity.value, severity))
        yield from canvas.wrap(summary, "    ")


def _rank(family: str) -> tuple[int, str]:
    return (FAMILIES.index(family) if family in FAMILIES else len(FAMILIES)), family


def write_page(rule: Rule, stream: TextIO) -> None:
    """Writes the page of a rule: set as a page on a terminal, else as Markdown."""
    canvas = Canvas(stream)
    if not canvas.console.is_terminal:
        stream.write(page(rule))
        return
    from rich.markdown import Markdown

    canvas.console.print(Markdown(page(rule), code_theme="ansi_dark"), soft_wrap=False)
