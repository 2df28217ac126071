"""The report for people: what is wrong, where, what is there and what must be, and how to repair it."""

from collections.abc import Iterator, Sequence
from typing import TextIO

from rich.text import Text

from rnnlint.finding import Finding, Fix, Safety, Severity
from rnnlint.fixes import offered
from rnnlint.linting import File, Report
from rnnlint.reading import NotUnderstood
from rnnlint.report.align import aligned
from rnnlint.report.canvas import Canvas, message
from rnnlint.report.changes import changes
from rnnlint.report.escape import escaped
from rnnlint.report.frame import source_frames
from rnnlint.report.model_frame import model_frames
from rnnlint.report.sources import Sources

STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.HINT: "cyan"}

SAFETIES = {
    Safety.SAFE: " (safe: as it stands it cannot work)",
    Safety.REVIEW: " (review: it may change what is computed)",
    Safety.MANUAL: "",
}

MOST_CHANGED_LINES = 12


def write(report: Report, stream: TextIO, verbose: bool = False, quiet: bool = False) -> None:
    """Writes the report.

    Args:
        report: what came of linting.
        stream: where to; its encoding decides what frames are drawn with.
        verbose: all skipped files and all that was not understood, instead of their number.
        quiet: findings and failures alone.
    """
    canvas = Canvas(stream)
    canvas.print(*_report(report, canvas, verbose, quiet))


def _report(report: Report, canvas: Canvas, verbose: bool, quiet: bool) -> Iterator[Text]:
    sources = Sources(report)
    told: set[str] = set()
    for finding in report.findings:
        yield from _finding(finding, sources, canvas, finding.rule not in told)
        yield Text()
        told.add(finding.rule)
    yield from _failures(report, canvas)
    if quiet:
        return
    yield from _skipped(report, canvas, verbose)
    yield from _not_understood(report, canvas, verbose)
    yield from _summary(report, canvas)


def _finding(finding: Finding, sources: Sources, canvas: Canvas, first: bool) -> Iterator[Text]:
    severity = finding.severity or Severity.ERROR
    style = STYLES[severity]
    head = Text.assemble((f"{severity.value}[{escaped(finding.rule)}] ", f"bold {style}"))
    yield from canvas.wrap(Text.assemble(head, message(finding.message)), "  ", "")
    yield from source_frames(finding, sources, canvas, f"bold {style}")
    yield from model_frames(finding, sources, canvas, f"bold {style}")
    yield from _shapes(finding, canvas)
    if finding.why and first:
        yield from _field("why", message(finding.why), canvas)
    if finding.fix is not None:
        yield from _fix(finding.fix, sources, canvas, computes=finding.family != "meta")


def _field(name: str, text: Text, canvas: Canvas, style: str = "bold") -> Iterator[Text]:
    """A named part of a finding."""
    lines = list(text.wrap(canvas.console, max(canvas.width - len(name) - 4, 8)))
    for number, line in enumerate(lines):
        line.rstrip()
        lead = Text(f"  {name}  ", style) if number == 0 else Text(" " * (len(name) + 4))
        yield Text.assemble(lead, line)


def _shapes(finding: Finding, canvas: Canvas) -> Iterator[Text]:
    gives, needs = finding.gives, finding.needs
    if gives is not None and needs is not None:
        above, below = aligned(gives, needs)
        if 9 + max(len(above), len(below)) > canvas.width:
            above, below = str(gives), str(needs)
    else:
        above, below = str(gives), str(needs)
    if gives is not None:
        yield from _field("gives", Text(escaped(above)), canvas, "bold red")
    if needs is not None:
        yield from _field("needs", Text(escaped(below)), canvas, "bold green")


def _fix(fix: Fix, sources: Sources, canvas: Canvas, computes: bool = True) -> Iterator[Text]:
    safety = SAFETIES[fix.safety] if fix.edits and computes else ""
    yield from _field("fix", Text.assemble(message(fix.title), (safety, "dim")), canvas, "bold green")
    left = MOST_CHANGED_LINES
    for change in changes(fix.edits, sources):
        lines = [("-", line, "red") for line in change.removed] + [("+", line, "green") for line in change.added]
        for sign, line, style in lines[:left]:
            yield from _changed(sign, _code(line), style, canvas)
        left -= len(lines)
        if left < 0:
            yield Text(f"     {canvas.glyphs.dots}")
            return


def _changed(sign: str, code: str, style: str, canvas: Canvas) -> Iterator[Text]:
    """A line that goes or comes; on a narrow terminal on several lines, below its own indentation."""
    indent = f"     {sign} {' ' * min(len(code) - len(code.lstrip()), canvas.width // 4)}"
    yield from canvas.wrap(Text(code.strip(), style), " " * len(indent), Text(indent, style))


def _code(line: str) -> str:
    return escaped(line.rstrip().replace("\t", "    "))


def _failures(report: Report, canvas: Canvas) -> Iterator[Text]:
    for file in report.files:
        if file.reading.status == "failed":
            yield from _file_line("failed", file, "bold red", canvas)


def _skipped(report: Report, canvas: Canvas, verbose: bool) -> Iterator[Text]:
    files = [file for file in report.files if file.reading.status == "skipped"]
    if verbose or len(files) <= 3:
        for file in files:
            yield from _file_line("skipped", file, "bold", canvas)
    elif files:
        yield from canvas.wrap(Text(f"{len(files)} files skipped (--verbose says why)"), "  ", "")


def _file_line(word: str, file: File, style: str, canvas: Canvas) -> Iterator[Text]:
    text = Text.assemble((word, style), f" {escaped(file.reading.path)}: {escaped(file.reading.reason or '')}")
    yield from canvas.wrap(text, "  ", "")


def _not_understood(report: Report, canvas: Canvas, verbose: bool) -> Iterator[Text]:
    """What was left out: silence must not look like a pass."""
    files = [file for file in report.files if file.reading.status == "checked" and not file.reading.complete]
    places = [(file, what) for file in files for what in file.reading.not_understood]
    if verbose:
        for file, what in places:
            text = Text.assemble(("not understood", "bold"), f": {escaped(_left_out_place(file, what))}")
            yield from canvas.wrap(text, "  ", "")
    elif files:
        yield from canvas.wrap(_left_out(files, places), "  ", "")


def _left_out_place(file: File, what: NotUnderstood) -> str:
    line = "" if what.line is None else f":{what.line}"
    return f"{file.reading.path}{line}: {what.what}"


def _left_out(files: Sequence[File], places: Sequence[tuple[File, NotUnderstood]]) -> Text:
    names = escaped(files[0].reading.path) if len(files) == 1 else counted(len(files), "file")
    if len(places) == 1:
        what = escaped(_left_out_place(*places[0]))
    else:
        what = f"{counted(len(places), 'place')} in {names} (--verbose lists them)" if places else f"parts of {names}"
    return Text.assemble(("not understood", "bold"), f": {what}")


def _summary(report: Report, canvas: Canvas) -> Iterator[Text]:
    checked = sum(file.reading.status == "checked" for file in report.files)
    failed = sum(file.reading.status == "failed" for file in report.files)
    parts = [
        (counted(report.count(severity), severity.value), f"bold {STYLES[severity]}")
        for severity in Severity
        if report.count(severity)
    ]
    text = Text(", ").join(Text(words, style) for words, style in parts)
    if not report.findings:
        text = Text("nothing found", "" if failed else "bold green")
    text.append(f" in {counted(checked, 'file')}")
    layers = sum(file.counts.layers for file in report.files)
    shaped = sum(file.counts.layers_shaped for file in report.files)
    if layers:
        text.append(f" ({counted(layers, 'layer')}, {'all' if shaped == layers else shaped} with known shapes)")
    if failed:
        text.append("; ").append(f"{failed} failed", "bold red")
    if report.known:
        text.append(f"; {report.known} more in the baseline")
    text.append(".")
    sentences = [text, *map(Text, _advice(report))]
    line = sentences[0]
    for sentence in sentences[1:]:
        if line.cell_len + 2 + sentence.cell_len <= canvas.width:
            line = Text.assemble(line, "  ", sentence)
        else:
            yield from canvas.wrap(line, "  ", "")
            line = sentence
    yield from canvas.wrap(line, "  ", "")


def _advice(report: Report) -> Iterator[str]:
    """What can be done next."""
    if not report.findings:
        return
    safe, review = offered(report, Safety.SAFE), offered(report, Safety.REVIEW)
    more = f", {review} more with --unsafe-fixes" if review else ""
    if safe:
        yield f"{counted(safe, 'fix', 'fixes')} with --fix{more}."
    elif review:
        yield f"{counted(review, 'fix', 'fixes')} with --fix --unsafe-fixes."
    worst = min(report.findings, key=lambda finding: (finding.severity or Severity.ERROR).rank)
    yield f"More: rnnlint explain {worst.rule}"


def counted(number: int, noun: str, nouns: str = "") -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun if number == 1 else nouns or noun + 's'}"
