"""Amendments in words, for the lists, for a spreadsheet and for a page of one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet
from django.http import Http404

from keystage.actions.amendments.reading import Drift, amendments_of, drifts_of
from keystage.core.subjects import Subject
from keystage.statute.collection_loader import load_collection
from keystage.store.models import Amendment, AmendmentEvidence
from keystage.web.doors import Here
from keystage.web.spreadsheet import line
from keystage.web.wording import as_moment

State = Amendment.State
COLOURS = {
    State.DRAFTED: "grey",
    State.SENT: "blue",
    State.MORE_WANTED: "orange",
    State.AGREED: "green",
    State.REFUSED: "red",
    State.DONE: "green",
    State.WITHDRAWN: "grey",
}
_HEADS = (
    "Reference", "School", "URN", "Pupil", "UPN", "Subject", "Received", "Asked for", "State",
    "How", "Drafted", "Documents", "Mark sheet and received",
)  # fmt: skip
_HIDDEN = "Not shown"


@dataclass(frozen=True, kw_only=True)
class Row:
    """An amendment of a list; ``drift`` says where sheet and received differ."""

    amendment: Amendment
    pupil: str
    upn: str
    subject: str
    documents: int
    drift: str

    @property
    def colour(self) -> str:
        """How the state looks; its word says the same."""
        return COLOURS[State(self.amendment.state)]

    def cells(self) -> list[str]:
        """The texts of a line of the file."""
        one = self.amendment
        school = one.school_return.school
        return [
            one.reference, school.name, school.code, self.pupil, self.upn, self.subject,
            one.before or "Nothing", one.after, one.get_state_display(), one.get_way_display(),
            as_moment(one.drafted_at), str(self.documents), self.drift,
        ]  # fmt: skip


def chosen(here: Here, state: str) -> QuerySet[Amendment]:
    """The amendments an organisation sees, of one state if it is one."""
    rows = amendments_of(here.organisation, here.season)
    return rows.filter(state=state) if state in State.values else rows


def rows_of(amendments: Iterable[Amendment], *, names: bool) -> list[Row]:
    """Amendments in words, with the pupil only where names may be seen."""
    every = list(amendments)
    counted = AmendmentEvidence.objects.filter(amendment__in=every).order_by()
    documents = dict(
        counted.values("amendment").annotate(count=Count("pk")).values_list("amendment", "count")
    )
    drifts = _drifts(every)
    return [
        Row(
            amendment=one,
            pupil=f"{one.pupil.surname}, {one.pupil.forename}" if names else _HIDDEN,
            upn=one.pupil.upn if names else _HIDDEN,
            subject=Subject(one.subject).label.capitalize(),
            documents=documents.get(one.pk, 0),
            drift=drift_in_words(drifts[one.pk]) if names and one.pk in drifts else "",
        )
        for one in every
    ]


def lines_of(rows: Iterable[Row]) -> Iterator[str]:
    """The rows as lines for a spreadsheet."""
    yield line(_HEADS)
    for one in rows:
        yield line(one.cells())


def one_of(here: Here, key: UUID) -> Amendment:
    """An amendment that the organisation of an address sees.

    Raises:
        Http404: there is none.
    """
    found = amendments_of(here.organisation, here.season).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def document_of(amendment: Amendment, key: UUID) -> AmendmentEvidence:
    """A document of an amendment.

    Raises:
        Http404: there is none.
    """
    found = amendment.evidence.filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def name_of(document: AmendmentEvidence) -> str:
    """What a document is called where it is kept: the reference, and no pupil."""
    keys = list(document.amendment.evidence.values_list("pk", flat=True))
    number = keys.index(document.pk) + 1
    return f"{document.amendment.reference}-{number}.{document.form}"


def shown(amendment: Amendment, *, names: bool) -> dict[str, object]:
    """What the page of an amendment says."""
    (row,) = rows_of([amendment], names=names)
    year = amendment.school_return.year
    codes = load_collection(year).judgements.of(Subject(amendment.subject))
    meaning = {code: f"{code}: {one.meaning}" for code, one in codes.items()}
    documents = amendment.evidence.defer("content").select_related("added_by")
    return {
        "amendment": amendment,
        "row": row,
        "names": names,
        "facts": [
            ("School", str(amendment.school_return.school)),
            ("Pupil", f"{row.pupil}, {row.upn}" if names else _HIDDEN),
            ("Subject", row.subject),
            ("Received", meaning.get(amendment.before, amendment.before) or "Nothing"),
            ("Asked for", meaning.get(amendment.after, amendment.after)),
            ("Reason", amendment.reason if names else _HIDDEN),
        ],
        "steps": list(amendment.steps.select_related("by")),
        "documents": list(documents) if names else [],
        "undecided": amendment.state == State.SENT,
    }


def drift_in_words(drift: Drift) -> str:
    """Where the agreed judgement is not everywhere, in a sentence; '' if it is."""
    if drift.not_received:
        return (
            f"Agreed is {drift.agreed}, and what was received says {drift.received or 'nothing'}: "
            "a file with it has still to be submitted."
        )
    if drift.sheet_differs:
        return (
            f"The mark sheet here says {drift.stored or 'nothing'}, and what was received says "
            f"{drift.received}."
        )
    return ""


def _drifts(amendments: Iterable[Amendment]) -> dict[object, Drift]:
    by_return = defaultdict(list)
    for one in amendments:
        if one.state in {State.AGREED, State.DONE}:
            by_return[one.school_return].append(one)
    found: dict[object, Drift] = {}
    for school_return, own in by_return.items():
        found |= drifts_of(school_return, own)
    return found
