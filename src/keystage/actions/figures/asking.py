"""Asking for a release of figures: what it is made of is kept, and a worker computes it."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from keystage.actions import jobs
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.figures.makers import must_enter
from keystage.actions.figures.making import KIND
from keystage.actions.figures.rules import digest, rules
from keystage.actions.locks import locking
from keystage.flows.computing import scorable
from keystage.formats.ctf.limits import MIB
from keystage.statute.year import Year
from keystage.store.models import FiguresInput, FiguresRelease, Organisation

_LONGEST_NAME, _LONGEST_NOTE = 255, 500
_State = FiguresRelease.State
_What = FiguresInput.What
MADE = (_State.COMPUTED, _State.APPROVED, _State.WITHDRAWN)


@dataclass(frozen=True, kw_only=True)
class File:
    """A file somebody gave."""

    name: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a release of figures is to be made of, and how.

    Attributes:
        year: the summer of the tests.
        stage: how far the data have come.
        pupils: a pupil file in the department's columns; None for what the service holds.
        schools: a school file; None for what the service, or the pupil file, says of schools.
        characteristics: columns of pupils that the service does not hold, by UPN; only without a
            pupil file.
        reference: a statute file with tables of the year.
        derived: make the national reference of these pupils, who are then all of England; other
            tables, such as writing points, may be given.
        national: the pupils are all of England.
        before: the release it is compared with; None for the newest approved one of the maker.
        note: what its readers must know.
    """

    year: int
    stage: FiguresRelease.Stage
    pupils: File | None = None
    schools: File | None = None
    characteristics: File | None = None
    reference: File | None = None
    derived: bool = False
    national: bool = False
    before: FiguresRelease | None = None
    note: str = ""


@transaction.atomic
def ask(*, organisation: Organisation, given: Given, key: UUID, by: By) -> FiguresRelease:
    """Keep what a release is made of, and let a worker compute it. Nobody but its makers sees it.

    Args:
        organisation: who makes it: the agency, an authority or a trust.
        given: what it is made of, and how.
        key: the identity it will have, chosen when the form was shown; sent twice, it is one.
        by: who asks.

    Raises:
        RefusedError: the person may not, or what is given does not go together.
        KeystageError: the year has no such rules, or the tables given are refused.
    """
    must_enter(by.who, organisation, given.year)
    _refuse(organisation, given)
    tables = _text(given.reference)
    year = rules(given.year, given.stage, tables)
    if given.derived:
        shipped = rules(given.year, given.stage)
        if year.prior_attainment_groups != shipped.prior_attainment_groups:
            raise RefusedError(
                "A reference cannot be given and derived at once.",
                todo="Leave the prior attainment groups out of the file, or use them.",
            )
        scorable(year, derived=True)
        if year.writing_points is None:
            raise _no_writing_points(year)
    locking(Organisation.objects).get(pk=organisation.pk)
    if found := FiguresRelease.objects.filter(pk=key, organisation=organisation).first():
        return found
    mine = FiguresRelease.objects.filter(organisation=organisation, year=given.year)
    release = FiguresRelease.objects.create(
        pk=key,
        organisation=organisation,
        year=given.year,
        stage=given.stage,
        version=(mine.filter(stage=given.stage).aggregate(last=Max("version"))["last"] or 0) + 1,
        before=given.before or mine.filter(state=_State.APPROVED).order_by("-asked_at").first(),
        derived=given.derived,
        national=given.national or given.derived,
        rules=tables,
        note=given.note.strip()[:_LONGEST_NOTE],
        inputs=_kept(given),
        asked_at=timezone.now(),
        asked_by=by.who,
    )
    _keep(release, given)
    record(
        "figures asked",
        by=by,
        organisation=organisation,
        year=release.year,
        subject=f"figures {release.pk}",
        after={"stage": release.stage, "version": release.version, "inputs": release.inputs},
    )
    release.job = jobs.ask(
        KIND,
        by=by,
        organisation=organisation,
        year=release.year,
        arguments={"release": str(release.pk)},
    )
    release.save(update_fields=("job",))
    return release


def _no_writing_points(year: Year) -> RefusedError:
    absent = year.absent.get("writing_points")
    why = f": {absent.absent}" if absent else ""
    return RefusedError(
        f"A reference for {year.name} cannot be derived, as judgements in writing have no points"
        f"{why}.",
        todo="Give the points in a file of tables, or choose the reference that comes with "
        "Keystage: the figures are then made without progress, and say so.",
    )


def files_of(given: Given) -> dict[str, File]:
    """The files that were given, by what they hold."""
    known = {
        _What.PUPILS: given.pupils,
        _What.SCHOOLS: given.schools,
        _What.CHARACTERISTICS: given.characteristics,
        _What.REFERENCE: given.reference,
    }
    return {str(what): file for what, file in known.items() if file is not None}


def _refuse(organisation: Organisation, given: Given) -> None:
    bytes_given = sum(len(file.content) for file in files_of(given).values())
    if bytes_given > settings.RELEASE_MB * MIB:
        raise RefusedError(
            f"The files have {bytes_given // MIB} MB together, and a release is made of "
            f"{settings.RELEASE_MB} MB at most.",
            todo="Give Parquet files, which are smaller, or ask whoever runs the service to let "
            "larger ones in.",
        )
    national = organisation.kind == Organisation.Kind.NATIONAL
    if (given.derived or given.national) and not national:
        raise RefusedError(
            "Only the agency makes figures of all of England.",
            todo="Use the published reference.",
        )
    if given.pupils is not None and given.characteristics is not None:
        raise RefusedError(
            "A file of characteristics goes with the pupils that the service holds.",
            todo="Put the characteristics in the pupil file, or leave that out.",
        )
    before = given.before
    if before is not None and (
        before.organisation_id != organisation.pk
        or before.year != given.year
        or before.state not in MADE
    ):
        raise RefusedError(
            "The release before is of another year or body, or was never computed.",
            todo="Choose another, or none.",
        )


def _text(reference: File | None) -> str:
    try:
        return reference.content.decode("utf-8-sig") if reference else ""
    except UnicodeDecodeError as error:
        raise RefusedError(
            "The tables of the year are no text.", todo="Save the file as UTF-8."
        ) from error


def _kept(given: Given) -> dict[str, object]:
    """What is told of the inputs for good: their hashes, and whence the pupils come."""
    files = {
        what: {"bytes": len(file.content), "sha256": digest(file.content)}
        for what, file in files_of(given).items()
    }
    source = "a pupil file" if given.pupils else "what the service holds"
    return {"pupils_from": source, "files": files}


def _keep(release: FiguresRelease, given: Given) -> None:
    for what, file in files_of(given).items():
        FiguresInput.objects.create(
            release=release,
            what=what,
            name=file.name[:_LONGEST_NAME],
            bytes=len(file.content),
            sha256=digest(file.content),
            content=file.content,
        )
