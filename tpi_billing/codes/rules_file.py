"""Reading `rules.toml`: its shape, its short forms, and whether its parts fit together."""

from collections.abc import Container, Iterable, Iterator
from itertools import chain

from pydantic import Field

from tpi_billing.codes.files import CodeFiles
from tpi_billing.codes.rulebook import Rules
from tpi_billing.codes.rules import (
    ConsultationRule,
    DerivationTable,
    Exclusion,
    Group,
    Inclusion,
    ItemRule,
    Kind,
    Limits,
    Repeat,
    Review,
    Rule,
    Tray,
)
from tpi_billing.codes.toml import TomlFile, TomlTable
from tpi_billing.toml_lines import Place


class _AgeBand(TomlTable):
    from_age: int = Field(ge=0)
    to_age: int | None = Field(None, ge=0)


class _ItemsEntry(ItemRule):
    """One rule for several items; with `by_age`, one item for each age band in their order."""

    code: str = ""
    codes: tuple[str, ...] = Field(min_length=1)
    by_age: bool = False


class _InclusionEntry(Inclusion):
    """`beside` may be items, every item of some kinds, or a group's members."""

    beside: frozenset[str] = frozenset()
    beside_kinds: frozenset[Kind] = frozenset()
    beside_group: str = ""


class _ReviewEntry(Review):
    items: frozenset[str] = frozenset()
    kinds: frozenset[Kind] = frozenset()


class _RulesFile(TomlTable):
    edition: str
    limits: Limits
    age_bands: tuple[_AgeBand, ...]
    groups: tuple[Group, ...]
    inclusions: tuple[_InclusionEntry, ...]
    exclusions: tuple[Exclusion, ...]
    reviews: tuple[_ReviewEntry, ...]
    repeats: tuple[Repeat, ...]
    consultations: tuple[ConsultationRule, ...]
    trays: tuple[Tray, ...]
    derivation: DerivationTable
    items: tuple[_ItemsEntry, ...]


def read_rules(files: CodeFiles, known_items: Container[str]) -> Rules:
    """Read the rules; ConfigurationError with every trouble and the line it is on.

    `known_items` are the fee items of any edition: a rule about another item is a trouble.
    """
    file = TomlFile(files.locate("rules.toml"))
    data = file.parse(_RulesFile)
    for place, code in _items_named(data):
        if code not in known_items:
            file.add(
                place,
                f"the fee item {code} is in no edition of the schedule",
                hint="correct the number, or add the item to an edition in the workspace",
                value=code,
            )
    for place, message, value in chain(_age_slips(data), _double_slips(data), _group_slips(data)):
        file.add(place, message, value=value)
    file.raise_troubles()
    return _rules(data)


def _rules(data: _RulesFile) -> Rules:
    items = [rule for entry in data.items for rule in _item_rules(entry, data.age_bands)]
    members = {group.id: group.members for group in data.groups}

    def of_kinds(kinds: frozenset[Kind]) -> frozenset[str]:
        return frozenset(rule.code for rule in items if rule.kind in kinds)

    return Rules(
        edition=data.edition,
        limits=data.limits,
        items=items,
        groups=data.groups,
        inclusions=tuple(
            Inclusion(
                **_said(entry, "beside", "beside_kinds", "beside_group"),
                beside=entry.beside
                | of_kinds(entry.beside_kinds)
                | members.get(entry.beside_group, frozenset()),
            )
            for entry in data.inclusions
        ),
        exclusions=data.exclusions,
        reviews=tuple(
            Review(**_said(entry, "items", "kinds"), items=entry.items | of_kinds(entry.kinds))
            for entry in data.reviews
        ),
        repeats=data.repeats,
        consultations=data.consultations,
        trays=data.trays,
        derivation=data.derivation,
    )


def _said(entry: Rule, *but: str) -> dict[str, object]:
    """Return an entry's fields without the short forms of a file."""
    return {name: value for name, value in entry if name not in but}


def _item_rules(entry: _ItemsEntry, bands: tuple[_AgeBand, ...]) -> Iterator[ItemRule]:
    said = _said(entry, "code", "codes", "by_age")
    for index, code in enumerate(entry.codes):
        ages = dict(bands[index]) if entry.by_age else {}
        yield ItemRule.model_validate({**said, **ages, "code": code})


def _items_named(data: _RulesFile) -> Iterator[tuple[Place, str]]:
    """Yield every fee item that the file names, and where."""
    lists: tuple[tuple[str, Iterable[Rule], tuple[str, ...]], ...] = (
        ("groups", data.groups, ("members",)),
        ("inclusions", data.inclusions, ("included", "beside")),
        ("exclusions", data.exclusions, ("items",)),
        ("reviews", data.reviews, ("items", "beside")),
        ("repeats", data.repeats, ("items",)),
        ("consultations", data.consultations, ("items", "limited_item")),
        ("trays", data.trays, ("item", "beside")),
        ("items", data.items, ("codes",)),
    )
    for name, rules, keys in lists:
        for index, rule in enumerate(rules):
            for key in keys:
                for code in _as_items(getattr(rule, key)):
                    yield (name, index, key), code
    for key, value in data.derivation:
        if key not in {"visits", "source", "certainty"}:
            yield ("derivation", key), str(value)
    for specialty, words in data.derivation.visits.items():
        for word, codes in words.items():
            for code in codes:
                yield ("derivation", "visits", specialty, word), code


def _as_items(value: str | Iterable[str] | None) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else sorted(value)


_Slip = tuple[Place, str, str]
"""Where, what is wrong, and the text by which its line is found."""


def _age_slips(data: _RulesFile) -> Iterator[_Slip]:
    for index, band in enumerate(data.age_bands):
        if band.to_age is not None and band.to_age < band.from_age:
            yield ("age_bands", index), "to_age is below from_age", ""
    for index, entry in enumerate(data.items):
        place = ("items", index)
        if entry.by_age and len(entry.codes) != len(data.age_bands):
            message = f"{len(entry.codes)} items for {len(data.age_bands)} age bands"
            yield (*place, "codes"), message, ""
        if entry.to_age is not None and entry.to_age < (entry.from_age or 0):
            yield (*place, "to_age"), "to_age is below from_age", ""


def _double_slips(data: _RulesFile) -> Iterator[_Slip]:
    """Yield items that have two rules of a sort of which an item can have only one."""
    lists: tuple[tuple[str, str, Iterable[Iterable[str]]], ...] = (
        ("items", "codes", [entry.codes for entry in data.items]),
        ("groups", "members", [group.members for group in data.groups]),
        ("repeats", "items", [repeat.items for repeat in data.repeats]),
        ("consultations", "items", [rule.items for rule in data.consultations]),
        ("trays", "item", [[tray.item] for tray in data.trays]),
    )
    for name, key, entries in lists:
        seen: set[str] = set()
        for index, codes in enumerate(entries):
            for code in codes:
                if code in seen:
                    yield (name, index, key), f"{code} stands in {name} already", code
                seen.add(code)


def _group_slips(data: _RulesFile) -> Iterator[_Slip]:
    ids = {group.id for group in data.groups}
    for index, group in enumerate(data.groups):
        if len(group.percents) != group.max_paid:
            message = f"{len(group.percents)} percents for {group.max_paid} paid items"
            yield ("groups", index, "percents"), message, ""
    for index, entry in enumerate(data.inclusions):
        if entry.beside_group and entry.beside_group not in ids:
            message = f"there is no group {entry.beside_group}"
            yield ("inclusions", index, "beside_group"), message, entry.beside_group
        if not (entry.beside or entry.beside_kinds or entry.beside_group):
            yield ("inclusions", index), "nothing is named beside which it is included", ""
