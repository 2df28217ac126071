"""Blocks of statements and how they end; the table of how each kind of statement is run.

`run` gives a signal where a block does not simply come to its end: `Return`, or a `Jump` out of a round of a loop.
"""

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from rnnlint.interpreter.state import ProgramRaised
from rnnlint.interpreter.values import Value

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine


@dataclass(frozen=True, slots=True)
class Return:
    """The function ends with this value."""

    value: Value


class Jump(Enum):
    """How a round of a loop ends early."""

    BREAK = "break"
    CONTINUE = "continue"


Signal = Return | Jump | None


Handler = Callable[["Machine", Any], Signal]

_handlers: dict[type[ast.stmt], Handler] = {}


def statement(*kinds: type[ast.stmt]) -> Callable[[Handler], Handler]:
    """Registers how statements of these kinds are run."""

    def register(function: Handler) -> Handler:
        _handlers.update(dict.fromkeys(kinds, function))
        return function

    return register


def run_body(m: "Machine", body: Sequence[ast.stmt]) -> Value:
    """Runs the body of a function and gives what it returns."""
    signal = run(m, body)
    return signal.value if isinstance(signal, Return) else None


def run(m: "Machine", body: Sequence[ast.stmt]) -> Signal:
    """Runs statements one after the other, up to one that ends the block."""
    for node in body:
        m.spend()
        handler = _handlers.get(type(node))
        if handler is None:
            continue
        signal = handler(m, node)
        if signal is not None:
            return signal
    return None


def run_module(m: "Machine", body: Sequence[ast.stmt]) -> None:
    """Runs a whole module. What raises for sure is left, and what follows it is run all the same: it is rather we who
    are wrong about the exception."""
    for node in body:
        try:
            signal = run(m, [node])
        except ProgramRaised:
            m.timeline.unwind()
            m.loops.clear()
            continue
        if isinstance(signal, Return):
            break
