"""The rules of a run: built-in ones, those of the project's packs, and what rnnlint says itself."""

from rnnlint import packs
from rnnlint.config import choose
from rnnlint.own_rules import OWN_RULES
from rnnlint.packs import BrokenPack, pack_files
from rnnlint.rule import Rule
from rnnlint.settings import Settings


def rules_of(settings: Settings) -> list[Rule]:
    """The rules that the settings select.

    Raises:
        BrokenPack: a rule of the project's own cannot be loaded, or breaks the law for rules.
        WrongSetting: what is selected is neither a rule nor a family.
    """
    known = load_all(settings)
    hold_to_the_law(settings, known)
    select = settings.select
    if select is not None and not select:
        return []
    return choose(known, select or (), settings.ignore)


def load_all(settings: Settings) -> dict[str, Rule]:
    """All rules there are for a project, by name.

    Raises:
        BrokenPack: a rule of the project's own cannot be loaded.
    """
    for name, file in pack_files(settings.packs).items():
        if name in OWN_RULES:
            raise BrokenPack(f"{file}: there is a rule `{name}` already")
    return {**packs.load_rules(*settings.packs), **OWN_RULES}


def hold_to_the_law(settings: Settings, known: dict[str, Rule]) -> None:
    """Nothing, if the project's own rules are as rules must be.

    Raises:
        BrokenPack: one is not; the message says which and why.
    """
    if not settings.packs:
        return
    from rnnlint.check_rule import check_rule

    for name, file in pack_files(settings.packs).items():
        others = [rule for rule in known.values() if rule.name != name]
        broken = check_rule(known[name], others)
        if broken:
            more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
            raise BrokenPack(f"{file} is no rule as rules must be: {broken[0]}{more}")
