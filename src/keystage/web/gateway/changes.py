"""What a file changes of what was received, as lines for the page."""

from collections.abc import Iterable
from dataclasses import dataclass

from keystage.actions.gateway.taking.differences import Difference
from keystage.actions.gateway.taking.merging import ADDED
from keystage.core.subjects import ASSESSED
from keystage.statute.collection_loader import load_collection

#: What the facts of a pupil are called.
FACTS = {
    "upn": "UPN",
    "former_upn": "Former UPN",
    "surname": "Surname",
    "forename": "Forename",
    "birth_date": "Date of birth",
    "sex": "Sex",
    "left_on": "Left on",
    "removed": "Taken out",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One change in words."""

    pupil: str
    upn: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Summed:
    """How much a file changes."""

    pupils: int
    new: int
    replaced: int
    facts: int

    @property
    def nothing(self) -> bool:
        """Whether it changes nothing."""
        return not (self.pupils or self.new or self.replaced or self.facts)


def lines_of(differences: Iterable[Difference], year: int) -> list[Line]:
    """The changes in words, judgements with their meaning."""
    meanings = {
        str(subject): {
            code: one.meaning for code, one in load_collection(year).judgements.of(subject).items()
        }
        for subject in ASSESSED
    }
    return [
        Line(
            pupil=one.pupil,
            upn=one.upn,
            what="Pupil" if one.field == ADDED else named(one.field),
            before="Not received" if one.field == ADDED else one.before or "Blank",
            after="Received"
            if one.field == ADDED
            else _told(one.after, meanings.get(one.field, {})),
        )
        for one in differences
    ]


def named(field: str) -> str:
    """What a field is called: a fact of the pupil, or a subject."""
    return FACTS.get(field) or field.capitalize()


def summed(differences: Iterable[Difference]) -> Summed:
    """The changes counted by sort."""
    subjects = {str(subject) for subject in ASSESSED}
    every = list(differences)
    judged = [one for one in every if one.field in subjects]
    came = sum(one.field == ADDED for one in every)
    return Summed(
        pupils=came,
        new=sum(not one.before for one in judged),
        replaced=sum(bool(one.before) for one in judged),
        facts=len(every) - len(judged) - came,
    )


def _told(code: str, meanings: dict[str, str]) -> str:
    meaning = meanings.get(code)
    return f"{code}: {meaning}" if meaning else code or "Blank"
