"""What the pages show of a file: its rows beside the pupils they are taken for."""

from collections.abc import Collection as Some
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from keystage.actions.imports.matching import Choice
from keystage.actions.roll.facts import facts_of, from_json
from keystage.flows.roll.pupils import FIELDS, Facts
from keystage.store.models import Import, ImportRow, Pupil
from keystage.web.wording import as_date

What = ImportRow.Decision
#: What a match is called on the page.
MATCHES = {
    "same": "Same pupil",
    "probable": "Probably the same pupil",
    "possible": "Perhaps the same pupil",
    "new": "No stored pupil",
    "duplicate": "Twice in the file",
    "ambiguous": "More than one could be meant",
}
#: Always compared, whether the file says them or not.
ALWAYS = ("upn", "surname", "forename", "birth_date")
_BESIDES = ("former_upn", "sex", "year_group", "class_name")


@dataclass(frozen=True, kw_only=True)
class Option:
    """A choice a person has about a row; ``differs`` says what is other in the stored pupil."""

    value: str
    text: str
    compared: tuple[tuple[str, str, bool], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Card:
    """A row of a file that a person looks at."""

    key: int
    line: int
    name: str
    match: str
    reasons: tuple[str, ...]
    given: tuple[tuple[str, str], ...]
    options: tuple[Option, ...]
    chosen: str
    decided_by: str


@dataclass(frozen=True, kw_only=True)
class Sure:
    """A row that needs nobody."""

    line: int
    name: str
    upn: str
    born: str
    decision: str
    pupil: UUID | None
    reasons: str


def pupils_of(file: Import, classes: Some[str] | None) -> dict[UUID, Pupil]:
    """The pupils a row can be taken for."""
    pupils = Pupil.objects.filter(school=file.school)
    if classes is not None:
        pupils = pupils.filter(class_name__in=classes)
    return {pupil.pk: pupil for pupil in pupils}


def as_sent(
    rows: Iterable[ImportRow], choices: Mapping[int, Choice], pupils: Mapping[UUID, Pupil]
) -> None:
    """Show rows as a person decided on them, where the decisions could not be saved."""
    for row in rows:
        if (choice := choices.get(row.pk)) is not None:
            row.decision = choice.what
            row.pupil = pupils.get(choice.pupil) if choice.pupil else None


def card_of(row: ImportRow, pupils: Mapping[UUID, Pupil], *, enrols: bool) -> Card:
    """A row with the choices there are."""
    facts = facts_in(row)
    keys = [row.values.get("proposed"), *row.values.get("candidates", ())]
    options = [
        _same(facts, pupils[key])
        for key in dict.fromkeys(UUID(text) for text in keys if text)
        if key in pupils
    ]
    chosen = _chosen(row)
    taken = pupils.get(row.pupil_id) if row.pupil_id and row.decision == What.ACCEPT else None
    if taken is not None and all(one.value != chosen for one in options):
        options.append(_same(facts, taken))
    if enrols:
        options.append(Option(value="enrol", text="A new pupil: add to the roll"))
    options.append(Option(value="skip", text="Leave this row out"))
    return Card(
        key=row.pk,
        line=row.line,
        name=name_of(facts),
        match=MATCHES[row.match],
        reasons=tuple(row.reasons),
        given=tuple(
            (FIELDS[name], _shown(facts, name))
            for name in (*ALWAYS, *_BESIDES)
            if name in ALWAYS or facts.value(name) is not None
        ),
        options=tuple(options),
        chosen=chosen,
        decided_by=str(row.decided_by) if row.decided_by_id else "",
    )


def sure_of(row: ImportRow) -> Sure:
    """A row that needs nobody."""
    facts = facts_in(row)
    return Sure(
        line=row.line,
        name=name_of(facts),
        upn=facts.upn or "None",
        born=_shown(facts, "birth_date"),
        decision=row.get_decision_display(),
        pupil=row.pupil_id,
        reasons="; ".join(row.reasons),
    )


def facts_in(row: ImportRow) -> Facts:
    """What the file says of a pupil."""
    return Facts().changed(from_json(row.values["facts"]))


def name_of(facts: Facts) -> str:
    """Surname, forename, or what there is."""
    return ", ".join(part for part in (facts.surname, facts.forename) if part) or "No name"


def free_of(pupils: Mapping[UUID, Pupil], rows: Iterable[ImportRow]) -> list[Pupil]:
    """The pupils no row is taken for, in the order of their names."""
    taken = {row.pupil_id for row in rows if row.decision == What.ACCEPT}
    return sorted(
        (pupil for key, pupil in pupils.items() if key not in taken),
        key=lambda pupil: (pupil.surname, pupil.forename, pupil.upn),
    )


def described(pupil: Pupil) -> str:
    """A pupil so that twins and namesakes can be told apart."""
    born = as_date(pupil.birth_date) if pupil.birth_date else "birth date not known"
    return f"{pupil.full_name}, {pupil.upn or 'no UPN'}, {born}"


def _chosen(row: ImportRow) -> str:
    if row.decision == What.ACCEPT:
        return f"accept:{row.pupil_id}"
    return "" if row.decision == What.UNDECIDED else str(row.decision)


def _same(facts: Facts, pupil: Pupil) -> Option:
    stored = facts_of(pupil)
    compared = tuple(
        (FIELDS[name], _shown(stored, name), stored.value(name) != facts.value(name))
        for name in (*ALWAYS, *_BESIDES)
        if name in ALWAYS or facts.value(name) is not None
    )
    return Option(value=f"accept:{pupil.pk}", text=f"Same as {described(pupil)}", compared=compared)


def _shown(facts: Facts, name: str) -> str:
    value = facts.value(name)
    if isinstance(value, date):
        return as_date(value)
    return value or "None"
