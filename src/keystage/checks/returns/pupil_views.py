"""Pupils as rules of identity see them: only those of whom there may be something to say."""

import polars as pl

from keystage.checks.returns.linked import Linked, person
from keystage.checks.returns.upns import parts, sound
from keystage.records.returns import ReturnSet
from keystage.statute.authorities import load_authorities
from keystage.statute.collection import Collection

_NAMES = ("surname", "forename")
_FORM = r"^[A-Za-z][0-9]{11}[0-9A-Za-z]$"
#: The element of a date of birth, or the heading of a sheet that has one.
DATE_OF_BIRTH = r"(?i)birth|^d\.?o\.?b|^born"


def odd_numbers(pupils: pl.DataFrame) -> pl.DataFrame:
    """Pupils whose UPN is no permanent number without fault, with its parts; see `upns.parts`.

    Where there are none, the columns of the parts are not there.
    """
    issuing = load_authorities().issuing
    odd = pupils.filter(~sound(pupils["upn"], issuing))
    return odd if odd.is_empty() else odd.with_columns(**parts("upn", issuing))


def has_small_letters(odd: pl.DataFrame) -> bool:
    """Whether any of the odd numbers has the form of a UPN but for a small letter."""
    return bool((odd["upn"].str.contains(_FORM) & odd["upn"].str.contains("[a-z]")).any())


def in_capitals(people: pl.DataFrame) -> pl.DataFrame:
    """Pupils, the UPNs that are one but for small letters in capitals.

    A number in small letters is the same number: one mistake, which the check of the number tells.
    """
    upn = pl.col("upn")
    capitals = pl.when(upn.str.contains(_FORM)).then(upn.str.to_uppercase())
    return people.with_columns(upn=pl.coalesce(capitals, upn))


def odd_names(pupils: pl.DataFrame, collection: Collection) -> pl.DataFrame:
    """Pupils one of whose names is not plain.

    Columns beside those of the pupils, of each name: ``…_missing``, ``…_long`` and ``…_signs``, the
    characters it should not have. Where there are no such pupils, they are not there.
    """
    identity = collection.identity
    signs = "".join(f"\\{sign}" if sign == "-" else sign for sign in identity.name_signs)
    plain = pl.all_horizontal(
        pl.col(name).str.contains(rf"^[A-Za-z][A-Za-z{signs}]*$")
        & (pl.col(name).str.len_bytes() <= identity.name_length)
        for name in _NAMES
    )
    odd = pupils.filter(~plain.fill_null(False))
    if odd.is_empty():
        return odd
    return odd.with_columns(
        *(_is_blank(pl.col(name)).alias(f"{name}_missing") for name in _NAMES),
        *(
            (pl.col(name).str.len_chars() > identity.name_length).alias(f"{name}_long")
            for name in _NAMES
        ),
        *(
            pl.col(name)
            .str.extract_all(rf"[^\p{{Latin}}\p{{M}}0-9{signs}]")
            .list.unique(maintain_order=True)
            .list.join(" ")
            .alias(f"{name}_signs")
            for name in _NAMES
        ),
    )


def with_birth_texts(pupils: pl.DataFrame, unreadable: pl.DataFrame) -> pl.DataFrame:
    """The pupils with ``birth_date_text``: the date of birth as written, if it cannot be read."""
    texts = unreadable.filter(
        pl.col("field").str.contains(DATE_OF_BIRTH) & pl.col("pupil").is_not_null()
    ).unique("pupil", keep="first")
    if texts.is_empty():
        return pupils.with_columns(birth_date_text=pl.lit(None, pl.String))
    return pupils.join(
        texts.select("pupil", birth_date_text="text"), on="pupil", how="left", maintain_order="left"
    )


def same_upn(pupils: pl.DataFrame, linked: Linked) -> pl.DataFrame:
    """Pupils who share a UPN with another pupil of their file."""
    if not linked.doubled:
        return pupils.clear()
    key = linked.links["key"]
    often = pupils.filter(key.is_not_null() & key.is_duplicated())
    return often.filter(pl.struct("file", "upn").is_duplicated())


def same_person(pupils: pl.DataFrame) -> pl.DataFrame:
    """Pupils of one file with the same names and date of birth, and different UPNs."""
    key = pupils.select(key=person() + pl.col("file").hash())["key"]
    if key.n_unique() == key.len():
        return pupils.clear()
    who = ("file", *_NAMES, "birth_date")
    return pupils.filter(key.is_duplicated()).filter(
        pl.all_horizontal(pl.col(who).is_not_null())
        & pl.struct(who).is_duplicated()
        & (pl.col("upn").n_unique().over(who) > 1)
    )


def differences(
    returns: ReturnSet, linked: Linked, expected: pl.DataFrame | None, shared: pl.DataFrame
) -> pl.DataFrame:
    """Expected pupils whose names or date of birth differ from the expected list.

    Columns beside those of the pupils: listed_upn, listed_surname, listed_forename,
    listed_birth_date, ``name_differs``, ``birth_date_differs``, differing (in words),
    ``by_former``, whether it was a former UPN that is expected, and ``shared``, whether the pupil
    is among those who share a UPN. Where there are no such pupils, they are not there. Names are
    the same whatever their capitals, the blanks around them and the form of an apostrophe.
    """
    links = linked.links
    odd = links["row"].is_not_null() & (
        links["unlike"] | returns.pupils["former_upn"].is_not_null()
    )
    if expected is None or not odd.any():
        return returns.pupils.clear()
    beside = returns.pupils.filter(odd).hstack(
        expected[links["row"].filter(odd)].select(
            pl.col("upn", *_NAMES, "birth_date").name.prefix("listed_")
        )
    )
    return beside.with_columns(
        name_differs=pl.any_horizontal(
            _as_compared(pl.col(name)) != _as_compared(pl.col(f"listed_{name}")) for name in _NAMES
        ).fill_null(False),
        birth_date_differs=(pl.col("birth_date") != pl.col("listed_birth_date")).fill_null(False),
        by_former=pl.col("upn").ne_missing(pl.col("listed_upn")),
        shared=pl.col("pupil").is_in(shared["pupil"].implode()),
    ).with_columns(
        differing=pl.when("name_differs").then(pl.lit("name")).otherwise(pl.lit("date of birth"))
    )


def _as_compared(name: pl.Expr) -> pl.Expr:
    straight = name.str.replace_all("\N{RIGHT SINGLE QUOTATION MARK}", "'", literal=True)
    return straight.str.strip_chars().str.to_lowercase()


def _is_blank(text: pl.Expr) -> pl.Expr:
    return (text.str.strip_chars() == "").fill_null(True)
