"""Explains an error message: which rules fit it, what is probably wrong and what to do."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TextIO

from rnnlint.blameless import BLAMELESS
from rnnlint.messages import Matcher, Told, kind_of, shape_text
from rnnlint.rule import Rule
from rnnlint.tracebacks import messages

MOST_ANSWERS = 5
MOST_BYTES = 4_000_000
MOST_PLACES = 20
"""Places in a message at which a pattern is tried against further facts."""

WORTH = 0.6
"""What part of the best score an answer must have to be given beside it."""

CALLED = re.compile(r"calling layer [\"']([\w./-]{1,120})[\"']|layer [\"']([\w./-]{1,120})[\"'] \(type ")
NODE = re.compile(r"\bnode '?([\w./:-]{1,400})")


@dataclass(frozen=True, slots=True)
class Answer:
    """One explanation of a message.

    Attributes:
        rule: name of the rule that fits; None where the message is known and no fault of the model.
        score: how surely it fits, up to 1.
        layer: the layer that the message names, if any.
        gives, needs: the shapes that it mentions: what arrives, and what is wanted.
        cause: what is probably wrong.
        fix: what to do; may be empty.
    """

    rule: str | None
    score: float
    layer: str | None
    gives: str | None
    needs: str | None
    cause: str
    fix: str


def pasted(stream: TextIO | None) -> str:
    """What is written to a stream; of very much, the end."""
    source = getattr(stream, "buffer", stream)
    kept: bytes = b""
    while source is not None and (part := source.read(MOST_BYTES)):
        kept = (kept + (part.encode() if isinstance(part, str) else part))[-MOST_BYTES:]
    return kept.decode("utf-8", "replace")


def named(text: str, rules: Mapping[str, Rule]) -> list[Answer]:
    """The rule that a text names, as an answer; nothing where it names none."""
    if text not in rules:
        return []
    return [Answer(text, 1.0, None, None, None, rules[text].summary.rstrip("."), "")]


def explain(text: str, rules: Iterable[Rule]) -> list[Answer]:
    """What fits an error message or a traceback, best first; nothing where nothing fits.

    Of several exceptions the last one that anything fits is explained.
    """
    known = [(rule, matcher) for rule in rules for matcher in rule.messages]
    for message in messages(text):
        found = _answers(message, known)
        if found:
            return found
    return []


def _answers(message: str, known: list[tuple[Rule, Matcher]]) -> list[Answer]:
    best: dict[str | None, Answer] = {}
    for rule, matcher in (*known, *((None, matcher) for matcher in BLAMELESS)):
        name = rule.name if rule is not None else None
        if name in best and best[name].score >= matcher.score:
            continue
        told = next(_fits(matcher, message), None)
        if told is not None:
            best[name] = _answer(rule, matcher, told)
    answers = sorted(best.values(), key=lambda answer: (-answer.score, answer.rule or ""))
    return [answer for answer in answers if answer.score >= WORTH * answers[0].score][:MOST_ANSWERS]


def _fits(matcher: Matcher, message: str) -> Iterator[Told]:
    """What the message tells, for each place where the matcher fits."""
    for number, found in enumerate(_compiled(matcher.pattern).finditer(message)):
        if number == MOST_PLACES:
            return
        told = Told(message, {name: part for name, part in found.groupdict().items() if part is not None})
        if matcher.when is None or matcher.when(told):
            yield told


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _answer(rule: Rule | None, matcher: Matcher, told: Told) -> Answer:
    layer, gives, needs = told.layer or _layer(told.text), _gives(told), _needs(told)
    words = {
        **told.parts,
        "layer": f"`{layer}`" if layer else "the layer",
        "gives": gives or "another shape",
        "needs": needs or "another shape",
    }
    cause = matcher.cause or (rule.summary.rstrip(".") if rule is not None else "")
    return Answer(
        rule.name if rule is not None else None,
        round(matcher.score, 2),
        layer,
        gives,
        needs,
        _filled(cause, words),
        _filled(matcher.fix, words),
    )


def _filled(template: str, words: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: words.get(found.group(1), "?"), template)


def _layer(message: str) -> str | None:
    """The layer in which the error arose, where the message tells it beside its point: in the name of a node of the
    graph, or as the layer that was called."""
    called = CALLED.search(message)
    if called is not None:
        return called.group(1) or called.group(2)
    for node in NODE.finditer(message):
        for part in node.group(1).split("/"):
            if kind_of(part) not in (None, "model", "other"):
                return part
    return None


def _gives(told: Told) -> str | None:
    found = told.number("found")
    return _shown(told, "gives") or (f"rank {found}" if found >= 0 else None)


def _needs(told: Told) -> str | None:
    if told.number("ndim") >= 0:
        least = {"min_": "at least ", "max_": "at most "}.get(told.parts.get("bound", "").lower(), "")
        return f"{least}rank {told.number('ndim')}"
    if "axis" in told.parts and "size" in told.parts:
        return f"axis {told.parts['axis']} of size {told.parts['size']}"
    return _shown(told, "needs")


def _shown(told: Told, part: str) -> str | None:
    """A shape as Keras 3 prints it; a lone number as it stands."""
    text, dims = told.text_of(part), told.dims(part)
    return shape_text(dims) if dims and text and not text.isdigit() else text
