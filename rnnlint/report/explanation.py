"""What an error message means: for people, and as JSON."""

from collections.abc import Iterator, Sequence
from typing import TextIO

from rich.text import Text

from rnnlint.explain import Answer
from rnnlint.report.canvas import Canvas, message
from rnnlint.report.escape import escaped
from rnnlint.report.json import SCHEMA, document

BLAMELESS = "no fault of the model"


def answers_json(answers: Sequence[Answer]) -> str:
    """The answers as JSON, best first."""
    return document({"schema": SCHEMA, "matches": [_answer_json(answer) for answer in answers]})


def _answer_json(answer: Answer) -> dict[str, object]:
    return {
        "rule": answer.rule,
        "score": answer.score,
        "layer": answer.layer,
        "gives": answer.gives,
        "needs": answer.needs,
        "cause": answer.cause,
        "fix": answer.fix,
    }


def write_answers(answers: Sequence[Answer], stream: TextIO) -> None:
    """Writes the answers, best first."""
    canvas = Canvas(stream)
    for answer in answers:
        canvas.print(*_lines(answer, canvas), Text())
    pages = [answer.rule for answer in answers if answer.rule is not None]
    if pages:
        canvas.print(Text(f"More: rnnlint explain {pages[0]}"))


def _lines(answer: Answer, canvas: Canvas) -> Iterator[Text]:
    name = BLAMELESS if answer.rule is None else answer.rule
    layer = f" `{answer.layer}`" if answer.layer else ""
    yield Text.assemble((escaped(name), "bold"), f"  {answer.score:.0%}", message(layer))
    for field in ("cause", "gives", "needs", "fix"):
        text = getattr(answer, field)
        if text:
            lead = Text(f"  {field:<5}  ", "bold")
            yield from canvas.wrap(message(text), " " * len(lead), lead)
