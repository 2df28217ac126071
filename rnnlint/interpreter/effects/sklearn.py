"""What scikit-learn does to data: splits, scalers, encoders, its own data sets."""

from rnnlint.interpreter.effects import (
    sklearn_data,
    sklearn_encoders,
    sklearn_estimators,
    sklearn_scalers,
    sklearn_splits,
)

__all__ = ["sklearn_data", "sklearn_encoders", "sklearn_estimators", "sklearn_scalers", "sklearn_splits"]
