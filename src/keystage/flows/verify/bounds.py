"""What cannot be more than something else: subsets of pupils, shares of one cohort, past codes."""

import polars as pl

from keystage.core.subjects import IN_PROGRESS
from keystage.flows.verify.names import WHOLE, score_of
from keystage.flows.verify.sheet import SCHOOLS, Sheet, code, code_of_score
from keystage.flows.verify.tally import Tally, findings

#: Pupils of the first are among those of the second.
_AMONG = (
    ("PTRWM_HIGH", "PTRWM_EXP"),
    ("PTREAD_HIGH", "PTREAD_EXP"),
    ("PTMAT_HIGH", "PTMAT_EXP"),
    ("PTGPS_HIGH", "PTGPS_EXP"),
    ("PTWRITTA_HIGH", "PTWRITTA_EXP"),
    *(
        (f"PTRWM_{kind}", f"PT{subject}_{kind}")
        for kind in ("EXP", "HIGH")
        for subject in ("READ", "MAT", "WRITTA")
    ),
)
#: The subjects that make up reading, writing and maths.
_THREE = ("READ", "MAT", "WRITTA")
#: No pupil is in two of these.
_APART = (
    ("PTREAD_EXP", "PTREAD_AT"),
    ("PTMAT_EXP", "PTMAT_AT"),
    ("PTGPS_EXP", "PTGPS_AT"),
    ("PTWRITTA_EXP", "PTWRITTA_WTS", "PTWRITTA_AD"),
    ("PTSCITA_EXP", "PTSCITA_AD"),
    ("PTREADTA_EXP", "PTREADTA_AD"),
    ("PTMATTA_EXP", "PTMATTA_AD"),
)


def check_subsets(sheet: Sheet, cells: pl.DataFrame, left_out: pl.DataFrame, tally: Tally) -> None:
    """Check pupils who are among others, and pupils who cannot be in two shares at once.

    Args:
        sheet: the tables.
        cells: attainment percentages with their whole pupils (``shares.percent_cells``).
        left_out: blocks where pupils were left out; they are not compared.
        tally: takes the findings.
    """
    whole = cells.filter(pl.col("P").is_not_null() & (pl.col("K1") <= pl.col("K2"))).join(
        left_out, on=["ROW", "BLOCK"], how="anti"
    )
    frames = []
    for few, many in _AMONG:
        if not sheet.has(few, many):
            continue
        pair = _pick(whole, few).join(
            _pick(whole, many).rename({"K1": "L1", "K2": "L2", "COLUMN": "OF"}), on=["ROW", "GROUP"]
        )
        frames.append(
            findings(
                pair,
                pl.col("K1") <= pl.col("L2"),
                pl.format("at most the {} pupils of {}", "L2", "OF"),
            )
        )
    frames += [
        _overlap(whole, kind)
        for kind in ("EXP", "HIGH")
        if sheet.has(*(f"PT{name}_{kind}" for name in ("RWM", *_THREE)))
    ]
    for names in _APART:
        if not sheet.has(*names):
            continue
        present = whole.filter(pl.col("MEASURE").is_in(names) & (pl.col("GROUP") == WHOLE))
        sums = present.group_by("ROW").agg(
            TOTAL=pl.col("K1").sum(), D=pl.col("D").first(), COUNTED=pl.len()
        )
        frames.append(
            findings(
                sums.filter(pl.col("COUNTED") == len(names)).with_columns(COLUMN=pl.lit(names[0])),
                pl.col("TOTAL") <= pl.col("D"),
                pl.format(f"{' + '.join(names)} at most {{}} pupils, not {{}}", "D", "TOTAL"),
            )
        )
    if frames:
        tally.add("no more than all", pl.concat(frames))


def _overlap(cells: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Who misses the standard in all three together misses it in one: no more than those that do.

    So those who reach it in all three are at least the group less all who miss one of the three.
    """
    joint = _pick(cells, f"PTRWM_{kind}", "D")
    misses = pl.lit(0)
    for name in _THREE:
        joint = joint.join(
            _pick(cells, f"PT{name}_{kind}").select("ROW", "GROUP", pl.col("K1").alias(name)),
            on=["ROW", "GROUP"],
        )
        misses += pl.col("D") - pl.col(name)
    return findings(
        joint,
        pl.col("K2") >= pl.col("D") - misses,
        pl.format("at least {} pupils, who reach it in each subject", pl.col("D") - misses),
    )


def _pick(cells: pl.DataFrame, measure: str, *more: str) -> pl.DataFrame:
    wanted = ["ROW", "GROUP", "COLUMN", "K1", "K2", *more]
    return cells.filter(pl.col("MEASURE") == measure).select(wanted)


def check_past(sheet: Sheet, ending: str, tally: Tally) -> None:
    """Check an earlier year's columns among themselves: limits beside scores, shares that add up.

    Args:
        sheet: the tables.
        ending: the ending of the earlier year's columns, such as ``_17``.
        tally: takes the findings.
    """
    schools = sheet.cells.filter(pl.col("RECTYPE").is_in(SCHOOLS))
    frames = []
    for subject in IN_PROGRESS:
        names = score_of(subject, ending=ending)[1:]
        if sheet.has(*names):
            held = code_of_score(subject, ending=ending)
            frames += [
                findings(
                    schools.filter(code(name).is_not_null()).with_columns(COLUMN=pl.lit(name)),
                    code(name) == held,
                    pl.format("'{}', as in the cells beside it", held),
                )
                for name in names
            ]
    own, other = f"PTFSM6CLA1A{ending}", f"PTNOTFSM6CLA1A{ending}"
    if sheet.has(own, other):
        both = schools.filter(pl.col(own).is_not_null() & pl.col(other).is_not_null())
        for name, beside in ((own, other), (other, own)):
            frames.append(
                findings(
                    both.with_columns(COLUMN=pl.lit(name)),
                    (pl.col(own) + pl.col(other)).is_in([100, 101]),
                    pl.format("{}%: the two shares make the cohort", 100 - pl.col(beside)),
                )
            )
            frames.append(
                findings(
                    schools.filter(code(name).is_not_null()).with_columns(COLUMN=pl.lit(name)),
                    code(name) == code(beside),
                    pl.format("'{}', as {}", code(beside), pl.lit(beside)),
                )
            )
    cohort = f"PTRWM_EXP{ending}"
    if sheet.has(cohort):
        absent = schools.filter(code(cohort) == "")
        frames += [
            findings(
                absent.filter(code(name).is_not_null()).with_columns(COLUMN=pl.lit(name)),
                code(name) == "",
                pl.lit("blank: the school had no pupils that year"),
            )
            for name in sheet.text.columns
            if name.endswith(ending) and name != cohort and "_DESCR" not in name
        ]
    if frames:
        tally.add("columns of earlier years", pl.concat(frames))
