"""Scripts, notebooks and training calls to facts, by abstract interpretation. Nothing of them is ever run."""

from rnnlint.interpreter.running import read_script, read_text

__all__ = ["read_script", "read_text"]
