"""The pupils of several schools of a release by name, to be taken away together."""

from collections.abc import Iterable, Sequence

import polars as pl
from django.utils import timezone

from keystage.access.decide import decide
from keystage.access.grants import Grant
from keystage.access.permissions import Permission
from keystage.access.places import Place
from keystage.access.rights import Condition, Level
from keystage.actions.by import By
from keystage.actions.figures.pupils_seen import as_kept
from keystage.actions.figures.seeing import Known, Reach, pupils_reach
from keystage.flows.figures.school_pupils import rebuilt
from keystage.records.recordset import RecordSet
from keystage.records.schema import LINE
from keystage.store.models import (
    FiguresRelease,
    Organisation,
    Pupil,
    ReceivedPupil,
    ReleasedResult,
)

#: Kept by a release of figures, which is made of results that are out.
_KEPT = frozenset({Condition.ON_RELEASE})
_NAMES = {"URN": pl.Int64, "UPN": pl.String, "SURNAME": pl.String, "FORENAME": pl.String}


def pupils_of_schools(
    release: FiguresRelease, schools: Iterable[Organisation], *, by: By, grants: Sequence[Grant]
) -> tuple[RecordSet, pl.DataFrame] | None:
    """The pupils of those schools whose pupils the person may take away by name, all of them.

    Args:
        release: the release.
        schools: the schools, with their authority, trust and diocese.
        by: who takes them away.
        grants: the person's live grants.

    Returns:
        The pupils, and a row a pupil with line, SURNAME and FORENAME, null where nobody knows them;
        None where there is no such pupil.

    Raises:
        InputError: what is kept is damaged.
    """
    codes = [one.code for one in schools if _may_take(release, one, by, grants)]
    rows = release.pupils.filter(code__in=codes, count__gt=0).order_by("code")
    kept = [as_kept(row) for row in rows]
    if not kept:
        return None
    records = rebuilt(kept)
    named = records.pupils.select(LINE, "URN", "UPN").join(
        _known(codes), on=["URN", "UPN"], how="left"
    )
    return records, named.select(LINE, "SURNAME", "FORENAME")


def _may_take(
    release: FiguresRelease, school: Organisation, by: By, grants: Sequence[Grant]
) -> bool:
    """Whether nothing but having them shown stands between the person and all of a school."""
    known = Known(tuple(grants), _place(school))
    if pupils_reach(release, school.code, person=by.who, known=known) != Reach(Level.NAMED):
        return False
    taking = decide(
        known.grants,
        Permission.DOWNLOAD_RESULTS,
        known.place,
        season=release.year,
        on=timezone.localdate(),
    )
    return taking.classes_at(Level.NAMED, _KEPT) is None


def _place(school: Organisation) -> Place:
    """Where a school stands; what it has agreed to gives nobody its pupils."""
    return Place(
        school=school.code,
        trust=school.trust.code if school.trust else None,
        authority=school.authority.code if school.authority else None,
        diocese=school.diocese.code if school.diocese else None,
    )


def _known(codes: Sequence[str]) -> pl.DataFrame:
    """Names by school and UPN: of the roll, else of what was received, else of the results."""
    sources = (
        (Pupil.objects.filter(school__code__in=codes), "school__code"),
        (
            ReceivedPupil.objects.filter(school_return__school__code__in=codes),
            "school_return__school__code",
        ),
        (ReleasedResult.objects.filter(school__code__in=codes), "school__code"),
    )
    rows = [
        (int(code), *names)
        for source, school in sources
        for code, *names in source.order_by()
        .values_list(school, "upn", "surname", "forename")
        .distinct()
    ]
    found = pl.DataFrame(rows, schema=_NAMES, orient="row")
    return found.filter(pl.col("SURNAME") != "").unique(
        ["URN", "UPN"], keep="first", maintain_order=True
    )
