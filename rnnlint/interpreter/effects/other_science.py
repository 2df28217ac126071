"""scipy, statsmodels and kin: functions that give one number for each number, files, and nothing else."""

from rnnlint.facts import UNKNOWN, Values
from rnnlint.interpreter import arrays
from rnnlint.interpreter.arrays import like_rows, make, to_array
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.values import Array, Dict, List, Value

FILTERS = (
    "scipy.signal.savgol_filter", "scipy.signal.medfilt", "scipy.signal.filtfilt", "scipy.signal.lfilter",
    "scipy.signal.detrend", "scipy.signal.sosfiltfilt", "scipy.signal.wiener", "scipy.signal.hilbert",
    "scipy.ndimage.gaussian_filter1d", "scipy.ndimage.gaussian_filter", "scipy.ndimage.filters.gaussian_filter1d",
    "scipy.ndimage.uniform_filter1d", "scipy.ndimage.median_filter", "scipy.stats.zscore", "scipy.special.expit",
    "scipy.special.softmax", "scipy.special.erf",
)  # fmt: skip
_INPUT = {"lfilter": 2, "filtfilt": 2, "sosfiltfilt": 1}
"""Which argument is filtered, where it is not the first."""


@effect(*FILTERS)
def filtered(at: Invocation, *given: Value) -> Value:
    """A number for each number."""
    place = _INPUT.get(at.path.rpartition(".")[2], 0)
    data = given[place] if len(given) > place else at.kwargs.get("x", at.kwargs.get("input", UNKNOWN))
    if not isinstance(data, (Array, List, tuple)):
        return make(at, None, origins=frozenset())
    array = to_array(at, data)
    dtype = UNKNOWN if at.path.endswith("hilbert") else "float64"
    found = like_rows(at, array, array.dims, dtype=dtype, values=Values(), cut=None)
    return arrays.of_kind(array, found)


@effect("scipy.io.loadmat", "scipy.io.readsav")
def loadmat(at: Invocation) -> Value:
    """Arrays by name."""
    return Dict(open=True)


@effect("scipy.io.wavfile.read")
def read_sound(at: Invocation) -> Value:
    """The rate, and the samples of one channel or of several."""
    return UNKNOWN, make(at, None)
