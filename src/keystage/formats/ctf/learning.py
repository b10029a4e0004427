"""A profile proposed from a school's own export: the tuples found, and what they seem to be."""

import msgspec
import polars as pl

from keystage.core.subjects import Subject
from keystage.formats.ctf.kinds import TEST_KINDS, rows_of_tests, with_kind
from keystage.formats.ctf.profile import TUPLE, AssessmentProfile, ProfileRow, UnknownTuple
from keystage.records.returns import ReturnSet
from keystage.statute.collection import Collection

_EXAMPLES = 5
#: Codes and numbers only: a comment may speak of a child, and a profile is handed round.
_CODE = r"^[A-Za-z0-9]{1,6}$"


def learn(
    returns: ReturnSet, collection: Collection, profile: AssessmentProfile, name: str
) -> AssessmentProfile:
    """A profile with the tuples of an export before those the given one knows.

    A tuple whose meaning follows from the synonyms, and for tests from the values, becomes a row
    that is not verified: a person who knows the export says so in the file. A row that is verified
    stays as it is; another says in its evidence that it was found. A tuple that means nothing is
    listed under ``unknown``, with values it had where they look like codes.

    Args:
        returns: what was read of the export, of any years.
        collection: a year, for what values can be.
        profile: what is known before.
        name: the name of the new profile.
    """
    found = _found(returns, collection, profile)
    known = {row.key: row for row in profile.rows}
    seen: dict[tuple[str, ...], ProfileRow] = {}
    unknown = []
    for row in found.iter_rows(named=True):
        parts = {part: row[part] for part in TUPLE}
        key = tuple(parts.values())
        if key in known:
            seen[key] = _told(known[key], row)
        elif row["kind"] and row["measure"]:
            made = ProfileRow(
                **parts,
                kind=row["kind"],
                measure=Subject(row["measure"]),
                evidence=_evidence(row),
                verified=False,
            )
            seen[key] = made
        else:
            unknown.append(
                UnknownTuple(**parts, found=row["found"], examples=tuple(row["examples"]))
            )
    others = (row for key, row in known.items() if key not in seen)
    return msgspec.structs.replace(
        profile, name=name, rows=(*seen.values(), *others), unknown=tuple(unknown)
    )


def _found(returns: ReturnSet, collection: Collection, profile: AssessmentProfile) -> pl.DataFrame:
    """Each tuple of the profile's stages: what it seems to be, how many results, and examples."""
    of_values = (
        with_kind(rows_of_tests(returns, collection, profile))
        .filter(pl.col("kind").is_in(TEST_KINDS))
        .group_by("slot")
        .agg(by_value=pl.col("kind").unique())
        .select("slot", by_value=_single("by_value"))
    )
    clean = [
        pl.col(part).fill_null("").str.strip_chars().str.to_uppercase().alias(part)
        for part in TUPLE
    ]
    slots = (
        returns.slots.filter(
            pl.col("stage").is_in(profile.stages)
            & ~pl.col("status").fill_null("").is_in(profile.estimates)
        )
        .join(of_values, on="slot", how="left")
        .select("slot", *clean, "measure", kind=pl.coalesce("kind", "by_value"))
    )
    text = pl.col("result").str.strip_chars()
    return (
        returns.results.join(slots, on="slot")
        .group_by(TUPLE)
        .agg(
            found=pl.len(),
            measure=pl.col("measure").first(),
            kind=pl.col("kind").first(),
            examples=text.filter(text.str.contains(_CODE)).unique().sort().head(_EXAMPLES),
        )
        .sort(TUPLE)
    )


def _single(column: str) -> pl.Expr:
    return pl.when(pl.col(column).list.len() == 1).then(pl.col(column).list.first())


def _told(row: ProfileRow, found: dict[str, object]) -> ProfileRow:
    return row if row.verified else msgspec.structs.replace(row, evidence=_evidence(found))


def _evidence(found: dict[str, object]) -> str:
    examples = found["examples"]
    such = (
        f", such as {', '.join(map(str, examples))}"
        if isinstance(examples, list) and examples
        else ""
    )
    plural = "result" if found["found"] == 1 else "results"
    return f"found in {found['found']} {plural} of an export{such}"
