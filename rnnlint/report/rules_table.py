"""The catalogue of rules, and the page of one, for people."""

from collections.abc import Iterable
from typing import TextIO

from rich.text import Text

from rnnlint.packs import by_family
from rnnlint.report.canvas import Canvas, message
from rnnlint.report.catalogue import page
from rnnlint.report.terminal import STYLES, counted
from rnnlint.rule import FAMILIES, Rule


def write_rules(rules: Iterable[Rule], stream: TextIO) -> None:
    """Writes a line for each rule, family by family."""
    canvas = Canvas(stream)
    families = by_family(rules)
    names = max((len(rule.name) for some in families.values() for rule in some), default=0)
    for family in sorted(families, key=_rank):
        canvas.print(Text(family, "bold"))
        for rule in families[family]:
            lead = Text.assemble("  ", (f"{rule.name:<{names}}  ", "bold"))
            lead.append(f"{rule.severity.value:<7}  ", STYLES[rule.severity])
            whole = Text.assemble(lead, message(rule.summary.rstrip(".")))
            if whole.cell_len <= canvas.width:
                canvas.print(whole)
            else:
                canvas.print(
                    Text.assemble("  ", (rule.name, "bold"), " ", (rule.severity.value, STYLES[rule.severity]))
                )
                canvas.print(*canvas.wrap(message(rule.summary.rstrip(".")), "    "))
        canvas.print(Text())
    total = sum(map(len, families.values()))
    canvas.print(Text(f"{counted(total, 'rule')}.  More: rnnlint explain RULE"))


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
