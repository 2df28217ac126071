"""Keras's old tools for text: Tokenizer and its functions."""

from typing import TYPE_CHECKING

from rnnlint.facts import UNKNOWN, Data, Linear, Shape, Size, Values
from rnnlint.facts.sizes import add, is_known, subtract
from rnnlint.interpreter import arrays
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.effects.text import unknown_text
from rnnlint.interpreter.values import Array, Dict, List, Object, Value, is_size

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine

PATH = "keras.utils.Tokenizer"
_VOCABULARY = "size of the vocabulary"


@effect(PATH)
def tokenizer(at: Invocation, num_words: Value = None, **rest: Value) -> Value:
    return Object(PATH, {"num_words": num_words, _VOCABULARY: at.machine.symbol("len(word_index)", least=1)})


def _vocabulary(self: Value) -> Size:
    found = self.attributes.get(_VOCABULARY, UNKNOWN) if isinstance(self, Object) else UNKNOWN
    return found if is_known(found) else UNKNOWN


def _columns(self: Value) -> Size:
    """Rows of the matrix: the words that count, and one for 0."""
    words = self.attributes.get("num_words", UNKNOWN) if isinstance(self, Object) else UNKNOWN
    if words is None:
        total = add(_vocabulary(self), 1)
        return total if is_known(total) else UNKNOWN
    return words if is_size(words) else UNKNOWN


def _ids(self: Value) -> Values:
    """Ids of words: from 1 to the last that counts."""
    last = subtract(_columns(self), 1)
    return Values(1, last if isinstance(last, int | Linear) else UNKNOWN, True)


@effect(f"{PATH}.fit_on_texts", f"{PATH}.fit_on_sequences")
def fit(at: Invocation, self: Value, texts: Value = UNKNOWN) -> Value:
    """The vocabulary is what it is: no number is known before, none after. A string is a text for each character."""
    if isinstance(self, Object):
        count = at.machine.effect("builtins.len", texts, node=at.node)
        self.attributes["document_count"] = count if is_known(count) else UNKNOWN
    return None


@attribute(f"{PATH}.word_index", f"{PATH}.word_counts", f"{PATH}.word_docs")
def word_index(machine: "Machine", self: Value) -> Value:
    ids = Array(Data(shape=Shape(()), dtype="int64", values=Values(1, _vocabulary(self), True)))
    return Dict(open=True, length=_vocabulary(self), key=Object("builtins.str"), element=ids)


@attribute(f"{PATH}.index_word")
def index_word(machine: "Machine", self: Value) -> Value:
    return Dict(open=True, length=_vocabulary(self), element=Object("builtins.str"))


@effect(f"{PATH}.texts_to_sequences", f"{PATH}.texts_to_sequences_generator")
def texts_to_sequences(at: Invocation, self: Value, texts: Value) -> Value:
    """A list of ids for each text, each of its own length. Held as an array of rows that differ."""
    count = at.machine.effect("builtins.len", texts, node=at.node)
    values = _ids(self)
    if count == 1:
        word = Array(Data(shape=Shape(()), dtype="int64", values=values))
        return at.machine.make_list([at.machine.make_list(None, at.machine.symbol("len(sequence)"), word)])
    made = arrays.make(at, (count if is_known(count) else UNKNOWN,), "object", values, ragged=True, kind="list")
    made.path = "builtins.list"
    return made


@effect(f"{PATH}.texts_to_matrix", f"{PATH}.sequences_to_matrix")
def texts_to_matrix(at: Invocation, self: Value, texts: Value, mode: Value = "binary") -> Value:
    count = at.machine.effect("builtins.len", texts, node=at.node)
    values = Values(0, 1, True) if mode == "binary" else Values()
    return arrays.make(at, (count if is_known(count) else UNKNOWN, _columns(self)), "float64", values)


@effect(f"{PATH}.sequences_to_texts")
def sequences_to_texts(at: Invocation, self: Value, sequences: Value) -> Value:
    count = at.machine.effect("builtins.len", sequences, node=at.node)
    return at.machine.make_list(None, count if is_known(count) else UNKNOWN, unknown_text(at))


@effect(f"{PATH}.to_json", f"{PATH}.get_config")
def to_json(at: Invocation) -> Value:
    return unknown_text(at)


@effect("keras.preprocessing.text.tokenizer_from_json")
def from_json(at: Invocation) -> Value:
    return Object(PATH, {"num_words": UNKNOWN, _VOCABULARY: at.machine.symbol("len(word_index)", least=1)})


@effect("keras.preprocessing.text.text_to_word_sequence")
def words(at: Invocation, text: Value) -> Value:
    return at.machine.make_list(None, UNKNOWN, unknown_text(at))


@effect("keras.preprocessing.text.one_hot", "keras.preprocessing.text.hashing_trick")
def one_hot(at: Invocation, text: Value, n: Value = UNKNOWN) -> Value:
    """Ids by hashing: from 1 to n - 1."""
    last = subtract(n, 1) if is_size(n) else UNKNOWN
    values = Values(1, last if isinstance(last, int | Linear) else UNKNOWN, True)
    return at.machine.make_list(None, UNKNOWN, Array(Data(shape=Shape(()), dtype="int64", values=values)))


@effect("keras.preprocessing.sequence.skipgrams")
def skipgrams(at: Invocation) -> Value:
    count = at.machine.symbol("len(couples)")
    couples = at.machine.make_list(None, count, List([UNKNOWN, UNKNOWN]))
    return couples, at.machine.make_list(None, count, UNKNOWN)
