"""Which rules run: names of rules and families, all checked."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from rnnlint.own_rules import OWN_RULES
from rnnlint.rule import FAMILIES, Rule


class WrongSetting(ValueError):
    """A setting that cannot be meant; the message says which and what may be meant."""


def split_names(values: Iterable[str]) -> list[str]:
    """The names in options that are comma separated or repeated."""
    return [name.strip() for value in values for name in value.split(",") if name.strip()]


def choose(rules: Mapping[str, Rule], select: Iterable[str] = (), ignore: Iterable[str] = ()) -> list[Rule]:
    """The rules that run.

    Args:
        rules: all there are, by name.
        select: names of rules or families; none: all rules.
        ignore: names of rules or families that are taken out again.

    Raises:
        WrongSetting: a name is neither a rule nor a family, or `select` is there and empty.
    """
    select = list(select)
    chosen, ignored = split_names(select), split_names(ignore)
    if select and not chosen:
        raise WrongSetting("`--select` names no rule and no family")
    for name in (*chosen, *ignored):
        check_name(name, rules)
    return [
        rule
        for rule in rules.values()
        if (not chosen or rule.name in chosen or rule.family in chosen)
        and rule.name not in ignored
        and rule.family not in ignored
    ]


def check_name(name: str, rules: Iterable[str]) -> None:
    """Nothing, if it names a rule or a family.

    Raises:
        WrongSetting: it does not; the message offers the nearest names.
    """
    known = [*rules, *OWN_RULES, *FAMILIES]
    if name not in known:
        raise WrongSetting(f"no rule or family is called `{name}`{did_you_mean(name, known)}")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean ...?` with the nearest names; empty where none is near."""
    near = get_close_matches(name.lower().replace("_", "-"), known, n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(f'`{other}`' for other in near)}?" if near else ""
