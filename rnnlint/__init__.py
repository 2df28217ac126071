"""rnnlint: a static shape and configuration linter for recurrent Keras models.

`rnnlint.lint(paths)` lints files, `rnnlint.lint_model(model)` a Keras model object; both are loaded when they are asked
for.
"""

from typing import TYPE_CHECKING, Any

from rnnlint.facts import UNKNOWN, Call, Data, Layer, LayerCall, Model, Program, Shape, Tensor
from rnnlint.finding import Edit, Finding, Fix, Note, Safety, Severity
from rnnlint.messages import Matcher
from rnnlint.rule import Rule

if TYPE_CHECKING:
    from rnnlint.linting import Report, lint
    from rnnlint.live import lint_model

__version__ = "0.1.0"

__all__ = [
    "UNKNOWN",
    "Call",
    "Data",
    "Edit",
    "Finding",
    "Fix",
    "Layer",
    "LayerCall",
    "Matcher",
    "Model",
    "Note",
    "Program",
    "Report",
    "Rule",
    "Safety",
    "Severity",
    "Shape",
    "Tensor",
    "__version__",
    "lint",
    "lint_model",
]

_LAZY = {"Report": "rnnlint.linting", "lint": "rnnlint.linting", "lint_model": "rnnlint.live"}


def __getattr__(name: str) -> Any:
    """What is loaded when it is asked for: importing rnnlint costs nothing."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LAZY[name]), name)
