"""One request as its page shows it: answers, evidence, what the rules say, what it would do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.checking.effects import effect_of
from keystage.actions.checking.evidence import documents_of
from keystage.actions.checking.listing import listed
from keystage.actions.checking.rules import in_force, unknown, version_of
from keystage.actions.checking.tracing import Effect, Moved, Traced, altered, traced
from keystage.actions.figures.publishing import is_out
from keystage.core.errors import KeystageError
from keystage.flows.checking.book import RuleBook
from keystage.flows.checking.deciding import Ticked, ticks
from keystage.flows.checking.forms import summary
from keystage.measures.parts import WHOLE
from keystage.statute.checking import Reason
from keystage.store.models import CheckingRequest, CheckingStep
from keystage.web.checking.asking import BACK
from keystage.web.checking.states import BEFORE_SENDING, DECIDED, State
from keystage.web.checking.told import Told, did, would
from keystage.web.doors import Here
from keystage.web.wording import as_moment, plural

Act = CheckingStep.Act
#: States in which a request that was sent may yet change the figures.
_TO_BE_DONE = frozenset({State.SCRUTINY, State.RETURNED, State.AGREED})
_OF_THE_AGENCY = frozenset({Act.JUDGED, Act.DOUBTED})
_BY_THE_AGENCY = frozenset({Act.ASKED, Act.DECIDED})
_WORKED_OUT = "The rules"
_RULES = "By the rules, at once"
_ADDED = "A pupil who is to be added"
_NOT_LISTED = "A pupil who is not in your list"
_NO_EVIDENCE = {
    "required": "None was added. Evidence has to be sent with this request.",
    "optional": "None was added.",
    "none": "No evidence is asked for.",
}


@dataclass(frozen=True, kw_only=True)
class DocumentRow:
    """A document: its name, how long it is, and what can be done with it."""

    name: str
    pages: str
    added: str
    warning: str
    href: str
    drop: str


@dataclass(frozen=True, kw_only=True)
class StepRow:
    """A step of a request: when, what, with which words, and who."""

    at: str
    what: str
    words: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a request would do to the figures: of all pupils, and of groups; or why nobody knows."""

    moved: tuple[Moved, ...]
    groups: tuple[Moved, ...]
    said: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A request as a person of the school sees it.

    Attributes:
        here: where the person is.
        found: the request.
    """

    here: Here
    found: CheckingRequest

    @property
    def before_sending(self) -> bool:
        """Whether it is the school's alone."""
        return self.found.state in BEFORE_SENDING

    @property
    def editable(self) -> bool:
        """Whether the person may change it."""
        may = self.here.may(Permission.PROPOSE_CHECKING_REQUEST, Level.NAMED)
        return may and self.found.state == State.DRAFT

    def may_add(self, reason: Reason | None) -> bool:
        """Whether the person may add evidence."""
        may = self.here.may(Permission.PROPOSE_CHECKING_REQUEST, Level.NAMED)
        held = self.found.state in {State.DRAFT, State.RETURNED}
        return may and held and reason is not None and reason.evidence != "none"

    def book(self) -> RuleBook | None:
        """The rules it is read by: those it was sent under, else those in force."""
        year, number = self.found.release.year, self.found.rules_version
        try:
            if number is not None and not self.before_sending:
                return version_of(year, number).book
            return None if unknown(year) else in_force(year).book
        except KeystageError:
            return None

    def trace(self) -> Traced | None:
        """What the rules would say; None once it was sent, or where they cannot be asked."""
        if not self.before_sending:
            return None
        try:
            return traced(self.found)
        except KeystageError:
            return None

    def facts(self, reason: str) -> list[dict[str, str]]:
        """What is asked, for whom, and who did which step last."""
        one = self.found
        rows = [
            ("Pupil", self.pupil()),
            ("What is asked", one.get_kind_display()),
            ("Reason", reason),
            ("Reference", one.reference),
            ("Drafted", _done(one.drafted_by.name, one.drafted_at)),
            ("Sent", _done(one.sent_by.name, one.sent_at) if one.sent_by else ""),
            ("Decided", _decided(one)),
            ("Why", one.decision_why if one.state in DECIDED else ""),
        ]
        facts = [{"key": key, "value": value} for key, value in rows if value]
        if one.taken_into and is_out(one.taken_into):
            told = {"key": "Taken into", "value": str(one.taken_into)}
            if self.here.may(Permission.SEE_MEASURES, Level.SUPPRESSED):
                told["href"] = self.here.href("figures:changes", release=one.taken_into.pk)
                told["action"] = "See what changed"
            facts.append(told)
        return facts

    def pupil(self) -> str:
        """Whom it is about."""
        if not self.found.pupil:
            names = [self.found.answers.get(key, "") for key in ("last_name", "first_name")]
            return ", ".join(name for name in names if name) or _ADDED
        return self.called(self.found.pupil)

    def called(self, key: str) -> str:
        """What the pupil of a record is called, with what the record is known by."""
        name = self.names.get(key, _NOT_LISTED)
        return name if name == key else f"{name}, {key}"

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What the pupils of the release are called, by the keys of their records."""
        seen = listed(release=self.found.release, school=self.here.organisation, by=self.here.by)
        entries = (*seen.included, *seen.not_included) if seen else ()
        return {one.key: one.name for one in entries}

    def answers(self, book: RuleBook) -> list[dict[str, str]]:
        """The questions and answers, with links to change them for those who may."""
        one = self.found
        rows = []
        for row in summary(book, one.reason, one.answers):
            href = self.here.href("checking:question", asked=one.pk, question=row.question)
            given = one.answers.get(row.question, "")
            names_one = given and book.rules.questions[row.question].type == "pupil"
            text = self.called(given) if names_one else row.text
            rows.append({"key": row.label, "value": text, "href": f"{href}?{BACK}"})
        if one.explanation or not _asks_for_words(book, one.reason):
            href = self.here.href("checking:explain", asked=one.pk)
            text = one.explanation or "Nothing more was said"
            rows.append({"key": "In your own words", "value": text, "href": href})
        if not self.editable:
            rows = [{"key": row["key"], "value": row["value"]} for row in rows]
        return rows

    def missing(self, book: RuleBook | None, trace: Traced | None) -> tuple[str, ...]:
        """The questions that have to be answered before it is sent, by their short names."""
        if book is None or trace is None:
            return ()
        return tuple(book.rules.questions[key].short for key in trace.missing)

    def documents(self) -> list[DocumentRow]:
        """The evidence."""
        one, rows = self.found, []
        for document in documents_of(one):
            parts = {"asked": one.pk, "document": document.pk}
            drop = self.here.href("checking:remove_document", **parts) if self.editable else ""
            rows.append(
                DocumentRow(
                    name=document.name,
                    pages=plural(document.pages, "page", "pages")
                    if document.pages
                    else "does not say how many pages it has",
                    added=f"{as_moment(document.added_at)}, {document.scanned}",
                    warning=document.warning,
                    href="" if document.deleted else self.here.href("checking:document", **parts),
                    drop=drop,
                )
            )
        return rows

    def steps(self) -> list[StepRow]:
        """What happened, oldest first. What the agency does before it answers is its own."""
        agency = self.found.release.organisation.name
        rows = self.found.steps.select_related("by").exclude(act__in=_OF_THE_AGENCY)
        return [
            StepRow(
                at=as_moment(one.at),
                what=one.get_act_display(),
                words=one.words,
                by=_WORKED_OUT
                if one.by is None
                else agency
                if one.act in _BY_THE_AGENCY
                else one.by.name,
            )
            for one in rows
        ]

    def question(self) -> str:
        """What the agency asked last, while it waits for an answer."""
        if self.found.state != State.RETURNED:
            return ""
        last = self.found.steps.filter(act=Act.ASKED).last()
        return last.words if last else ""

    def told(self, trace: Traced | None) -> Told | None:
        """What the rules say: would, before it is sent, and did, as it is kept, afterwards."""
        year, number = self.found.release.year, self.found.rules_version
        if trace is not None:
            return would(trace.decision, version=_version(year, in_force(year).number))
        if self.before_sending or number is None:
            return None
        ruled = self.found.steps.filter(act=Act.RULED).first()
        because = ruled.words if ruled else ""
        return did(self.found.trace, because=because, version=_version(year, number))

    def ticked(self, book: RuleBook | None, trace: Traced | None) -> tuple[Ticked, ...]:
        """Conditions as ticks and crosses, by the facts that were looked at."""
        one = self.found
        if trace is not None:
            return trace.ticks
        if book is None or self.before_sending or one.reason not in book.rules.reasons:
            return ()
        return ticks(book, one.reason, one.answers, one.facts)

    def figures(self, trace: Traced | None) -> Figures | None:
        """What it would do to the figures, for those who see the school's figures."""
        if not self.here.may(Permission.SEE_MEASURES, Level.AGGREGATE):
            return None
        if trace is not None:
            effect = Effect(moved=trace.effect, unknown=trace.effect_unknown)
        elif self.found.state in _TO_BE_DONE and self.found.taken_into_id is None:
            effect = _effect(self.found)
        else:
            return None
        return Figures(
            moved=tuple(one for one in effect.moved if one.group == WHOLE),
            groups=tuple(one for one in effect.moved if one.group != WHOLE),
            said=effect.unknown,
        )


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is said of evidence: what would be good, and what is said where none was added."""

    good: tuple[str, ...]
    none: str


def wanted_of(reason: Reason | None) -> Wanted:
    """What is said of the evidence of a reason; nothing much where the reason is not known."""
    if reason is None:
        return Wanted(good=(), none=_NO_EVIDENCE["optional"])
    return Wanted(good=reason.wanted, none=_NO_EVIDENCE[reason.evidence])


def _asks_for_words(book: RuleBook, reason: str) -> bool:
    """Whether the reason itself asks what there is to know."""
    questions = book.reason(reason).questions
    return any(book.rules.questions[key].type == "long_text" for key in questions)


def _effect(found: CheckingRequest) -> Effect:
    try:
        return effect_of(found, altered(found))
    except KeystageError:
        return Effect(unknown="The rules in force do not know the reason of this request.")


def _version(year: int, number: int) -> str:
    return f"of {year}, version {number}"


def _decided(one: CheckingRequest) -> str:
    if one.decided_at is None:
        return ""
    who = one.release.organisation.name if one.decided_by_id else _RULES
    return f"{who}, {as_moment(one.decided_at)}"


def _done(who: str, at: datetime | None) -> str:
    return f"By {who}, {as_moment(at)}" if at else ""
