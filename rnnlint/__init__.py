"""rnnlint: a static shape and configuration linter for recurrent Keras models."""

from rnnlint.facts import UNKNOWN, Call, Data, Layer, LayerCall, Model, Program, Shape, Tensor
from rnnlint.finding import Edit, Finding, Fix, Note, Safety, Severity
from rnnlint.rule import Rule

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
    "Model",
    "Note",
    "Program",
    "Rule",
    "Safety",
    "Severity",
    "Shape",
    "Tensor",
    "__version__",
]
