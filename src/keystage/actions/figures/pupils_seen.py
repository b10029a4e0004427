"""The pupils of a school of a release, as somebody may see them: with names, or under numbers.

Asked through `seeing.pupils_for` alone, which knows how far a person's rights reach.
"""

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

import polars as pl
from django.conf import settings

from keystage.access.rights import Level
from keystage.flows.figures.school_pupils import SchoolPupils, rebuilt
from keystage.records.recordset import UNREADABLE, RecordSet
from keystage.records.schema import LINE
from keystage.store.models import FiguresPupils, Pupil, ReceivedPupil, ReleasedResult

_DIGITS = 10
_NAMES = {"UPN": pl.String, "SURNAME": pl.String, "FORENAME": pl.String}


@dataclass(frozen=True, kw_only=True, eq=False)
class PupilsSeen:
    """The pupils of a school that a person sees.

    Attributes:
        level: named, masked or under a made-up number.
        records: these pupils, for the engine; without UPNs where they are not named.
        names: a row a pupil: line, PUPIL (the made-up number, the same as long as the release is
            kept), UPN, SURNAME and FORENAME; the last three are null where they are not named.
        called: what each of them is called on a page, by the line in the release itself: what the
            engine makes of the whole school is told of these pupils alone, under these names.
        others: how many pupils of the school are not shown, because they are in other classes.
    """

    level: Level
    records: RecordSet
    names: pl.DataFrame
    called: Mapping[int, str]
    others: int


def as_kept(row: FiguresPupils) -> SchoolPupils:
    """The pupils of a school as the engine keeps them."""
    return SchoolPupils(
        urn=int(row.code), count=row.count, sha256=row.sha256, content=bytes(row.content)
    )


def pupils_seen(row: FiguresPupils, level: Level, classes: Collection[str] | None) -> PupilsSeen:
    """The pupils of a school at a level of data.

    Args:
        row: what the release keeps of the school.
        level: named, masked or pseudonymised.
        classes: the classes whose pupils are shown; None for all.

    Raises:
        InputError: what is kept is damaged.
    """
    records = rebuilt([as_kept(row)])
    whole = records.pupils.with_columns(_numbers(row, records.pupils))
    known = _known(row.code, whole["UPN"].drop_nulls().to_list())
    numbered = {number: at for at, number in enumerate(sorted(whole["PUPIL"].to_list()), 1)}
    if classes is not None:
        own = Pupil.objects.filter(school__code=row.code, class_name__in=classes)
        whole = whole.filter(pl.col("UPN").is_in(list(own.values_list("upn", flat=True))))
    if level is Level.NAMED:
        names = whole.select(LINE, "PUPIL", "UPN").join(known, on="UPN", how="left")
        called = {line: _named(line, upn, surname, forename)
                  for line, _, upn, surname, forename in names.iter_rows()}  # fmt: skip
        pupils, unreadable = whole.drop("PUPIL"), records.unreadable
    else:
        # In an order of its own, so that places tell nothing.
        hidden = whole.sort("PUPIL").with_columns(
            pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias(LINE),
            pl.lit(None, pl.String).alias("UPN"),
        )
        names = hidden.select(
            LINE, "PUPIL", *(pl.lit(None, pl.String).alias(one) for one in _NAMES)
        )
        called = {line: f"Pupil {numbered[number]}"
                  for line, number in whole.select(LINE, "PUPIL").iter_rows()}  # fmt: skip
        pupils, unreadable = hidden.drop("PUPIL"), pl.DataFrame(schema=UNREADABLE)
    return PupilsSeen(
        level=level,
        records=replace(records, pupils=pupils, unreadable=unreadable),
        names=names,
        called=called,
        others=records.pupils.height - whole.height,
    )


def _named(line: int, upn: str | None, surname: str | None, forename: str | None) -> str:
    """A pupil's name; of one who stands on no list here the number, or that there is none."""
    if surname:
        return f"{surname}, {forename}" if forename else surname
    return upn or f"Row {line}, without a pupil number"


def _numbers(row: FiguresPupils, pupils: pl.DataFrame) -> pl.Series:
    """Made-up numbers: nobody without the service's secret gets from one to a pupil."""
    secret = f"{settings.SECRET_KEY} {row.release_id} {row.code}".encode()
    told = pupils.select(pl.coalesce("UPN", pl.format("line {}", LINE))).to_series()
    made = [hmac.new(secret, one.encode(), sha256).hexdigest()[:_DIGITS] for one in told]
    return pl.Series("PUPIL", made, pl.String)


def _known(code: str, upns: list[str]) -> pl.DataFrame:
    """Names by UPN: of the school's roll, else of what was received, else of the results."""
    sources = (
        Pupil.objects.filter(school__code=code, upn__in=upns),
        ReceivedPupil.objects.filter(school_return__school__code=code, upn__in=upns),
        ReleasedResult.objects.filter(school__code=code, upn__in=upns),
    )
    rows = [
        names
        for source in sources
        for names in source.order_by().values_list("upn", "surname", "forename").distinct()
    ]
    found = pl.DataFrame(rows, schema=_NAMES, orient="row")
    return found.filter(pl.col("SURNAME") != "").unique("UPN", keep="first", maintain_order=True)
