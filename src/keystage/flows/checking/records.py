"""Records of a school's pupils as requests name them, and what the rules look at of each."""

from collections.abc import Mapping, Sequence

import polars as pl

from keystage.flows.checking.book import Facts, RuleBook
from keystage.records.schema import LINE

#: What a record is known by among those of its school.
KEY = "key"
#: How the key of a record begins that goes by its line.
OF_LINE = "line "
#: What a request keeps of a key.
_LONGEST = 40
_OF_PLACE = frozenset({LINE, KEY})
_NUMBER = pl.col("UPN").str.strip_chars().str.to_uppercase()


def with_keys(pupils: pl.DataFrame) -> pl.DataFrame:
    """The pupils of a school with the key of each record.

    The key is the UPN, in capitals. A record without one, with one that another has too, or with a
    text that is far too long for one goes by its line.

    Args:
        pupils: the pupils of one school of a release.

    Returns:
        The same rows with the column ``key``.
    """
    upn = _NUMBER
    alone = (upn != "") & upn.is_unique() & (upn.str.len_chars() <= _LONGEST)
    by_line = pl.format(f"{OF_LINE}{{}}", LINE)
    return pupils.with_columns(pl.when(alone).then(upn).otherwise(by_line).alias(KEY))


def number_of(pupils: pl.DataFrame) -> pl.Series:
    """The UPN of each record in capitals, whether others have it or not."""
    return pupils.select(_NUMBER).to_series()


def lines_of(keyed: pl.DataFrame) -> dict[str, int]:
    """The line of each record of `with_keys`, by its key."""
    return dict(zip(keyed[KEY].to_list(), keyed[LINE].to_list(), strict=True))


def upn_of(key: str) -> str:
    """The UPN that a key is; empty where a record goes by its line.

    >>> upn_of("A999030120001"), upn_of("line 7")
    ('A999030120001', '')
    """
    return "" if key.startswith(OF_LINE) else key


def keys_again(keys: Sequence[str], then: pl.DataFrame, now: pl.DataFrame) -> dict[str, str] | None:
    """The keys that records have among later pupils of their school.

    A record with a number of its own keeps its key. Any other is found again where it is as it was
    in every column; of several that are, each will do for one.

    Args:
        keys: the keys of different records.
        then: the pupils of the school of the release that the keys are of.
        now: the pupils of the school as they are later.

    Returns:
        The later key of each; None where a record that goes by its line is not found as it was.
    """
    found: dict[str, str] = {key: key for key in keys if upn_of(key)}
    before, after = (_as_text(with_keys(pupils)) for pupils in (then, now))
    columns = [name for name in before.columns if name in after.columns and name not in _OF_PLACE]
    for key in keys:
        if key in found:
            continue
        record = before.filter(pl.col(KEY) == key)
        same = after.join(record, on=columns, how="semi", nulls_equal=True)
        free = [each for each in same[KEY] if each not in found.values()]
        if not free:
            return None
        found[key] = free[0]
    return found


def _as_text(pupils: pl.DataFrame) -> pl.DataFrame:
    return pupils.select(pl.all().cast(pl.String))


def facts_of(book: RuleBook, record: Mapping[str, object]) -> Facts:
    """What the rules may look at of a record: their columns, as text.

    Args:
        book: the rules.
        record: the record, by column.
    """
    return {
        column: None if record.get(column) is None else str(record[column])
        for column in book.rules.facts
    }
