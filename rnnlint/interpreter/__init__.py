"""Scripts, notebooks and training calls to facts, by abstract interpretation. Nothing of them is ever run."""

from rnnlint.interpreter.running import read_script, read_text
from rnnlint.interpreter.training_calls import BadCall, read_calls

__all__ = ["BadCall", "read_calls", "read_script", "read_text"]
