"""What pandas does to tables: rows, columns, types and order."""

from rnnlint.interpreter.effects import pandas_frames, pandas_groups, pandas_reading, pandas_selection, pandas_series

__all__ = ["pandas_frames", "pandas_groups", "pandas_reading", "pandas_selection", "pandas_series"]
