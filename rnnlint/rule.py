"""A rule: a function from facts to findings, with its page and its examples."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rnnlint.facts import Program
from rnnlint.finding import Finding, Severity
from rnnlint.messages import Matcher

FAMILIES = ("shape", "data", "stateful", "masking", "speed", "numerics", "migration", "meta")

PRELUDE = """\
import numpy as np
import tensorflow as tf
import keras
from keras import Input, Model, Sequential, layers, ops
from keras.layers import *
"""
"""What stands in front of every example. Under Keras 2 `keras` is tf_keras (and there is no `ops`)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Attributes:
        check: yields a finding for each defect in a program. It reads facts alone.
        family: one of `FAMILIES`.
        severity: of its findings, where they do not say otherwise.
        keras: what real Keras does with `bad`: `raises`, `silent` (it trains or predicts something else), `slower`.
            By version where they differ: {3: "raises", 2: "silent"}; a version that is missing does not apply. Words
            may follow behind a colon.
        since: version of rnnlint that brought it.
        bad, good: whole programs behind `PRELUDE`; in `bad` each line at fault ends with `# <-`.
        why: one sentence for the terminal, where the message alone does not teach.
        probe: proof of `silent`, and of `slower` where more than needless work is meant: measures, run behind each
            example on the real library. A measure is a comment that says what is measured, and lines of Python, the
            last one an expression whose value, a number or a bool, must be greater for `bad` than for `good`. At hand:
            the names of the example, `np`, `tf`, `keras`, its version `KERAS`, the `LOSSES` of the example, the
            `BATCHES` it read (each with its `kind`, its rows `x` and the `states` in front of it), and `ORDER(x)`,
            which rows of x each batch held.
        messages: error messages that it is known by, for `explain`.
        everywhere: whether a finding holds only where all ways through a program that come to its line lead to it:
            what is needless on one of them is not needless.
        name: of its file, stamped on by the loader (`stateful-shuffle`).
        doc: docstring of its file.
    """

    check: Callable[[Program], Iterator[Finding]]
    family: str
    severity: Severity
    keras: str | Mapping[int, str]
    since: str
    bad: str
    good: str
    why: str | None = None
    probe: str = ""
    messages: Sequence[Matcher] = ()
    everywhere: bool = False
    name: str = ""
    doc: str = ""

    @property
    def summary(self) -> str:
        """First line of the docstring."""
        return self.doc.strip().partition("\n")[0]

    def proof(self) -> dict[int, str]:
        """What Keras does with `bad`, by Keras version."""
        return {3: self.keras, 2: self.keras} if isinstance(self.keras, str) else dict(self.keras)

    def claim(self, version: int) -> str:
        """What Keras of this version does with `bad`, in one word."""
        return self.proof()[version].partition(":")[0]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of a probe: what is measured, and the lines of Python that measure it."""

    what: str
    code: str


def measures(probe: str) -> list[Measure]:
    """The measures of a probe; each begins with a comment."""
    parts = f"\n{probe.strip()}".split("\n# ")[1:]
    return [Measure(what, code) for what, _, code in (part.partition("\n") for part in parts)]
