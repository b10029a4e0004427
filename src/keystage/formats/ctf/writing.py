"""Writing transfer files: strict, and the same bytes for the same pupils.

A teacher assessment return holds who each pupil is and the assessments, and nothing else: address,
contacts, attendance and whatever else a register knows have no way into these files. The time is
given, never read from a clock.
"""

import polars as pl

from keystage.core.errors import InputError
from keystage.core.subjects import ASSESSED, TESTED, Subject
from keystage.formats.ctf.contents import contents
from keystage.formats.ctf.header import Header
from keystage.formats.ctf.profile import TUPLE, AssessmentProfile
from keystage.formats.ctf.xml_text import (
    DECLARATION,
    FORBIDDEN,
    element,
    element_lines,
    wrapped,
)
from keystage.records.returns import Kind
from keystage.statute.collection import Collection

#: The columns of the table of what cannot be written.
UNWRITABLE = {
    "pupil": pl.UInt32(),
    "line": pl.UInt32(),
    "field": pl.String(),
    "reason": pl.String(),
}
_TEST: tuple[Kind, ...] = ("mark", "score", "outcome")
_ORDER: tuple[tuple[Subject, Kind], ...] = (
    *((subject, kind) for subject in TESTED for kind in _TEST),
    *((subject, "assessment") for subject in ASSESSED),
)
_CONTROL = "it holds a control character"
_IDENTITY = {
    "upn": "UPN",
    "surname": "Surname",
    "forename": "Forename",
    "birth_date": "DOB",
    "sex": "Sex",
}
_P_SCALE = "_p_scale"
_PUPIL_DEPTH = 2


def write_return(
    header: Header,
    pupils: pl.DataFrame,
    judgements: pl.DataFrame,
    collection: Collection,
    profile: AssessmentProfile,
) -> bytes:
    """A teacher assessment return: the pupils in their order, each with the judgements there are.

    Args:
        header: see `header.return_header`.
        pupils: columns of `records.returns.PUPILS`; pupil, line and the identity are used.
        judgements: columns pupil and `ASSESSED`, as `records.returns.judgements` gives them; rows
            of other pupils are left out. A P scale sent beside a judgement may stand in columns
            such as ``reading_p_scale``: it is written as a row of its own behind the judgement.
        collection: the year.
        profile: the tuple of each assessment.

    Raises:
        InputError: there are no pupils, or one cannot be written (see `unwritable`); naming the
            line of the first.
    """
    _refuse(pupils, unwritable(pupils, judgements))
    rows = _judgement_rows(judgements)
    return _file(header, pupils, rows, collection, profile)


def write_results(  # noqa: PLR0913  # a return's own arguments, and the tests
    header: Header,
    pupils: pl.DataFrame,
    results: pl.DataFrame,
    collection: Collection,
    profile: AssessmentProfile,
    *,
    judgements: pl.DataFrame | None = None,
) -> bytes:
    """A file of test results, with the teacher assessments beside them if they are given.

    Args:
        header: see `header.results_header`.
        pupils: as for `write_return`; a pupil without results is written without any.
        results: columns pupil, subject, mark, score and outcome, as `results.results_of_tests`
            gives them; null is not written.
        collection: the year.
        profile: the tuple of each mark, score and outcome.
        judgements: as for `write_return`.

    Raises:
        InputError: as for `write_return`.
    """
    tests = results.select("pupil", "subject", *(pl.col(kind).cast(pl.String) for kind in _TEST))
    rows = tests.unpivot(
        _TEST, index=["pupil", "subject"], variable_name="kind", value_name="result"
    ).rename({"subject": "measure"})
    if judgements is not None:
        rows = pl.concat([rows, _judgement_rows(judgements)])
    rows = rows.filter(_is_given("result"))
    _refuse(pupils, _faults(pupils, rows))
    return _file(header, pupils, rows, collection, profile)


def unidentified(pupils: pl.DataFrame) -> pl.DataFrame:
    """What of their identity keeps pupils out of any file, columns `UNWRITABLE`.

    Args:
        pupils: as for `write_return`.
    """
    nothing = pl.DataFrame(schema={"pupil": pl.UInt32(), "result": pl.String()})
    return _faults(pupils, nothing).sort("pupil", maintain_order=True)


def unwritable(pupils: pl.DataFrame, judgements: pl.DataFrame) -> pl.DataFrame:
    """What keeps pupils out of a return, columns `UNWRITABLE`, a row for each reason.

    An identity with a blank, a value with a control character, and a pupil without any judgement
    cannot be written. Whether a number, a date or a code is right is for the checks to say.

    Args:
        pupils: as for `write_return`.
        judgements: as for `write_return`.
    """
    rows = _judgement_rows(judgements)
    empty = pupils.join(rows, on="pupil", how="anti").select(
        "pupil", "line", field=pl.lit("Result"), reason=pl.lit("there is no judgement")
    )
    return pl.concat([_faults(pupils, rows), empty]).sort("pupil", maintain_order=True)


def _judgement_rows(judgements: pl.DataFrame) -> pl.DataFrame:
    beside = {f"{subject}{_P_SCALE}": subject for subject in ASSESSED}
    scales = [name for name in beside if name in judgements.columns]
    judged, scaled = (
        judgements.select("pupil", *names).unpivot(
            names, index="pupil", variable_name="measure", value_name="result"
        )
        for names in (list(ASSESSED), scales)
    )
    return (
        pl.concat([judged, scaled.with_columns(pl.col("measure").str.strip_suffix(_P_SCALE))])
        .select("pupil", "measure", pl.lit("assessment").alias("kind"), "result")
        .filter(_is_given("result"))
    )


def _faults(pupils: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    asked = [
        (name, reason, fault)
        for column, name in _IDENTITY.items()
        for reason, fault in (
            ("it is blank", ~_is_given(column)),
            (_CONTROL, pl.col(column).cast(pl.String).str.contains(FORBIDDEN)),
        )
    ]
    # All are asked at once: mostly nothing is wrong, and each look at a frame takes its time.
    there = pupils.select(fault.any().alias(str(at)) for at, (_, _, fault) in enumerate(asked))
    found = [pl.DataFrame(schema=UNWRITABLE)]
    found += [
        pupils.filter(fault).select("pupil", "line", field=pl.lit(name), reason=pl.lit(reason))
        for (name, reason, fault), is_there in zip(asked, there.row(0), strict=True)
        if is_there
    ]
    odd = rows.filter(pl.col("result").str.contains(FORBIDDEN)).select("pupil").unique()
    if odd.height:
        found.append(
            pupils.join(odd, on="pupil", how="semi").select(
                "pupil", "line", field=pl.lit("Result"), reason=pl.lit(_CONTROL)
            )
        )
    return pl.concat(found)


def _refuse(pupils: pl.DataFrame, faults: pl.DataFrame) -> None:
    if not pupils.height:
        raise InputError("There are no pupils to write.", todo="Choose the pupils of year 6.")
    if faults.height:
        first = faults.sort("line", maintain_order=True).row(0, named=True)
        others = faults["pupil"].n_unique() - 1
        more = f" {others} more cannot be written either." if others else ""
        raise InputError(
            f"This pupil cannot be written: {first['field']}: {first['reason']}.{more}",
            where=f"line {first['line']}",
            todo="Put it right, or leave the pupil out and say so.",
        )


def _file(
    header: Header,
    pupils: pl.DataFrame,
    rows: pl.DataFrame,
    collection: Collection,
    profile: AssessmentProfile,
) -> bytes:
    stages = _stages(rows, collection, profile)
    sex = contents().sex_element(header.number)
    lines = [
        element(sex if name == "Sex" else name, pl.col(column).cast(pl.String), _PUPIL_DEPTH + 1)
        for column, name in _IDENTITY.items()
    ]
    blocks = pupils.join(stages, on="pupil", how="left", maintain_order="left").select(
        wrapped("Pupil", pl.concat_str(*lines, pl.col("stages").fill_null("")), _PUPIL_DEPTH)
    )
    inside = element_lines({"Header": header.values()}, 1)
    text = "".join(blocks.to_series())
    return (
        f"{DECLARATION}<CTfile>\n{inside}  <CTFpupilData>\n{text}  </CTFpupilData>\n</CTfile>\n"
    ).encode()


def _stages(rows: pl.DataFrame, collection: Collection, profile: AssessmentProfile) -> pl.DataFrame:
    """The assessments of each pupil who has any: pupil, stages."""
    deep = _PUPIL_DEPTH + 4
    fixed = {"Locale": collection.format.locale, "Year": str(collection.year.id)}
    values = {name: pl.lit(value) for name, value in fixed.items()}
    values |= {name: pl.col(name.lower()) for name in ("Subject", "Method", "Component")}
    values |= {
        "ResultStatus": pl.lit(collection.format.result_status),
        "ResultQualifier": pl.col("qualifier"),
        "Result": pl.col("result").str.strip_chars(),
    }
    inside = pl.concat_str(*(element(name, value, deep) for name, value in values.items()))
    return (
        rows.join(_tuples(rows, profile), on=["measure", "kind"])
        .sort("pupil", "order", maintain_order=True)  # a P scale stays behind its judgement
        .with_columns(text=wrapped("StageAssessment", inside, deep - 1))
        .group_by("pupil", "stage", maintain_order=True)
        .agg(pl.col("text").str.join(""))
        .with_columns(
            text=wrapped(
                "KeyStage",
                pl.concat_str(element("Stage", pl.col("stage"), deep - 1), pl.col("text")),
                deep - 2,
            )
        )
        .group_by("pupil", maintain_order=True)
        .agg(pl.col("text").str.join(""))
        .select("pupil", stages=wrapped("StageAssessments", pl.col("text"), deep - 3))
    )


def _tuples(rows: pl.DataFrame, profile: AssessmentProfile) -> pl.DataFrame:
    """The tuple of each measure and kind that is in the rows, in the order to write them."""
    present = set(rows.select("measure", "kind").unique().iter_rows())
    tuples = [
        {"order": order, "measure": measure, "kind": kind}
        | {name: getattr(profile.row_of(measure, kind), name) for name in TUPLE}
        for order, (measure, kind) in enumerate(_ORDER)
        if (measure, kind) in present
    ]
    names = ("measure", "kind", *TUPLE)
    return pl.DataFrame(tuples, schema={"order": pl.UInt8} | dict.fromkeys(names, pl.String))


def _is_given(column: str) -> pl.Expr:
    return (pl.col(column).cast(pl.String).str.strip_chars() != "").fill_null(value=False)
