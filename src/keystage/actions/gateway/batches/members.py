"""The files of a batch: which school each is of, and why one cannot be put to a school."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

import polars as pl
from django.utils import timezone

from keystage.access.decide import decide
from keystage.access.grants import Grant
from keystage.access.permissions import Permission
from keystage.access.places import Place
from keystage.access.rights import Condition, Level
from keystage.actions.gateway.receiving.reading import read, refused, short_name
from keystage.actions.orders.standing import agreed_with, kind_of, rules_of
from keystage.checks.returns.run import run_returns
from keystage.flows.returns.groups import said
from keystage.formats.ctf.archive import Archive
from keystage.formats.ctf.given import FileFault, Job, NamedBytes
from keystage.formats.ctf.limits import UPLOAD
from keystage.formats.ctf.names import parse_name, school_of_template
from keystage.records.circumstances import SCHOOLS_KNOWN, Circumstances
from keystage.records.returns import ReturnSet
from keystage.statute.collection import Collection
from keystage.statute.collection_loader import load_collection
from keystage.store.models import Batch, Organisation, Person
from keystage.store.rights import live_grants, place_of, schools_within

#: What the actions themselves see to when a file is sent and submitted.
_SEEN_TO = frozenset(
    {Condition.SECOND_PERSON, Condition.ANOTHER_PERSON, Condition.TIME_LIMITED, Condition.LOGGED}
)
_DIGITS = 7
_AUTHORITY = Organisation.Kind.AUTHORITY
_RED = "red"


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A file of a batch that goes to a school, or why it goes nowhere.

    Attributes:
        name: of the file, without folders.
        content: its bytes; empty where it goes nowhere.
        school: whose return it is; None where it goes nowhere.
        number: the number of the school as the file has it; empty where it has none.
        finding: the catalogue's finding that keeps it out: code, message, why, todo; and what only
            the sender's authority or trust has to know, as note.
    """

    name: str
    content: bytes = b""
    school: Organisation | None = None
    number: str = ""
    finding: Mapping[str, str] | None = None


def members_of(content: bytes, name: str) -> Archive:
    """The files of an archive, each on its own; iterating it gives them or why they are refused."""
    return Archive(name, content, UPLOAD)


@dataclass(frozen=True)
class Sender:
    """Who sends a batch: the body, and what the person may do."""

    body: Organisation
    grants: tuple[Grant, ...]
    year: int
    on: date

    @classmethod
    def of(cls, batch: Batch, person: Person) -> Self:
        """Somebody who deals with a batch, on this day."""
        on = timezone.localdate()
        return cls(batch.organisation, tuple(live_grants(person, on)), batch.year, on)

    @property
    def is_anybody(self) -> bool:
        """Whether the person prepares returns for schools of the body that agree to it."""
        place = replace(place_of(self.body), agreed=frozenset({Permission.PREPARE_SUBMISSION}))
        return self._decide(Permission.PREPARE_SUBMISSION, place)

    def may(self, permission: Permission, school: Organisation) -> bool:
        """Whether the person may do something for a school, which may have agreed to it or not.

        A school of another area that has agreed to be monitored by the authority is as its own.
        """
        place = place_of(school)
        if self.monitors(school):
            place = replace(place, authority=self.body.code)
        return self._decide(permission, place)

    def monitors(self, school: Organisation) -> bool:
        """Whether the body is an authority that a school outside its area has agreed with."""
        kind = kind_of(school, self.year)
        outside = self.body.kind == _AUTHORITY and school.authority_id != self.body.pk
        may_be = outside and kind is not None and kind.elsewhere
        return may_be and agreed_with(school, self.body, self.year)

    def refusal(self, school: Organisation) -> str:
        """Why the body sends nothing for a school; empty where it does."""
        inside = schools_within([self.body]).filter(pk=school.pk).exists()
        if not inside and not self.monitors(school):
            rules, kind = rules_of(self.year), kind_of(school, self.year)
            told = f"{school} is not a school of {self.body}."
            if rules is None or kind is None or not kind.elsewhere or self.body.kind != _AUTHORITY:
                return told
            return f"{told} {rules.outside} There is no such agreement in {self.year}."
        if not self.may(Permission.PREPARE_SUBMISSION, school):
            return f"{school} has not agreed that {self.body} sends for it."
        return ""

    def _decide(self, permission: Permission, place: Place) -> bool:
        decision = decide(self.grants, permission, place, season=self.year, on=self.on)
        return decision.allowed and decision.classes_at(Level.NAMED, _SEEN_TO) is None


def place(job: Job, sender: Sender, batch: Batch) -> Placed | None:
    """Where a file of a batch goes; None for one that a system put there by itself.

    Raises:
        TypeError: the file lies in a folder, and not in the memory.
    """
    collection = load_collection(sender.year)
    if isinstance(job, FileFault):
        name = short_name(job.name)
        if job.fault == "ignored":
            return None
        return Placed(name=name, finding=_finding(refused(name, job.fault, job.reason), collection))
    if not isinstance(job, NamedBytes):
        raise TypeError("The files of an archive that was sent are in memory.")
    name = short_name(job.name.removeprefix(f"{batch.name}/"))
    returns = read(job.data, name, collection)
    number = _number(returns, name)
    known = Organisation.objects.select_related("authority", "trust", "diocese")
    school = known.filter(kind=Organisation.Kind.SCHOOL, number=number or None).first()
    finding, note = None, ""
    if school is None:
        finding = _finding(returns, collection, number=number)
    else:
        note = sender.refusal(school)
    if note:
        finding = {**_finding(returns, collection, number=number, known=True), "note": note}
    if finding:
        return Placed(name=name, number=number, finding=finding)
    return Placed(name=name, content=job.data, school=school, number=number)


def _number(returns: ReturnSet, name: str) -> str:
    """The number of the school a file is of: as its content says it, or else its name."""
    said_so = returns.files.select(pl.concat_str("source_la", "source_estab")).item(0, 0)
    if said_so:
        return str(said_so)
    parsed = parse_name(name)
    number = (parsed.source if parsed else school_of_template(name)) or ""
    return number if len(number) == _DIGITS and number.isdecimal() else ""


def _finding(
    returns: ReturnSet, collection: Collection, *, number: str = "", known: bool = False
) -> dict[str, str]:
    """The first finding that keeps a file from being put to a school, in the catalogue's words.

    ``known`` says that there is such a school, for which the sender may not send.
    """
    rows = [(number, True, number[:3], False)] if known else []
    findings = run_returns(
        returns,
        collection,
        channel="gateway",
        circumstances=Circumstances(
            schools=pl.DataFrame(rows, schema=dict(SCHOOLS_KNOWN), orient="row")
        ),
    )
    wanted = ("TA-105",) if known else ("TA-104",)
    red = list(said(findings.frame).filter(severity=_RED).iter_rows(named=True))
    of_sender = [one for one in red if one["code"] in wanted]
    faults = [one for one in red if one["code"] < "TA-100"]
    one = [*faults, *of_sender, *red, _UNKNOWN][0]
    return {"code": one["code"], "message": one["message"], "todo": one["todo"] or ""}


_UNKNOWN = {
    "code": "TA-104",
    "message": "Nothing says which school this file is of.",
    "todo": "Name the file after the school, or write the school's number in it.",
}
