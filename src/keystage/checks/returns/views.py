"""All that the rules are asked of, made once for a run."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import polars as pl

from keystage.checks.returns.coded import Coded, coded
from keystage.checks.returns.cohort_views import (
    changed,
    repeats,
    subject_columns,
)
from keystage.checks.returns.file_views import files_view, read_files
from keystage.checks.returns.linked import Linked, link
from keystage.checks.returns.list_views import (
    deletions_view,
    missing_view,
    numbers_of_schools,
)
from keystage.checks.returns.lookup import is_large
from keystage.checks.returns.needs import Need, View
from keystage.checks.returns.pupil_views import (
    DATE_OF_BIRTH,
    differences,
    has_small_letters,
    in_capitals,
    odd_names,
    odd_numbers,
    same_person,
    same_upn,
    with_birth_texts,
)
from keystage.checks.returns.sending_views import with_circumstances
from keystage.checks.returns.setting import Setting, setting_of
from keystage.checks.returns.shifted_views import shifts
from keystage.records.circumstances import Circumstances
from keystage.records.returns import ReturnSet
from keystage.statute.collection import Collection

_BESIDE = 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Views:
    """A return set as rules see it.

    Attributes:
        frames: the views by name.
        setting: the year, and what is known beyond the files that is no list.
        circumstances: what is known beyond the files.
        expects: whether an expected list was given.
        linked: pupils with their place on the expected list and their kind.
        coded: the judgements.
        returns: what was read.
        schools: the numbers of each school.
    """

    frames: Mapping[View, pl.DataFrame]
    setting: Setting
    circumstances: Circumstances
    expects: bool
    linked: Linked
    coded: Coded
    returns: ReturnSet
    schools: pl.DataFrame

    def lacks(self, need: Need) -> bool:
        """Whether something a check needs is not known."""
        if need == "expected":
            return not self.expects
        if need == "sender":
            return self.lacks("own_school") and self.lacks("schools")
        if need in {"window", "test_week"}:
            return getattr(self.setting.collection, need) is None
        return getattr(self.circumstances, need) is None


def make_views(
    returns: ReturnSet,
    collection: Collection,
    expected: pl.DataFrame | None,
    circumstances: Circumstances,
) -> Views:
    """Make every view of a return set."""
    setting = setting_of(collection, circumstances)
    pupils, large = returns.pupils, is_large(returns.pupils.height)
    with ThreadPoolExecutor(_BESIDE) as pool:  # the engine leaves a core idle between its steps

        def beside(work: Callable[[], pl.DataFrame]) -> Callable[[], pl.DataFrame]:
            return pool.submit(work).result if large else work

        numbers = beside(partial(odd_numbers, pupils))
        names = beside(partial(odd_names, pupils, collection))
        persons = beside(partial(same_person, pupils))
        read = read_files(returns, expected, circumstances.own_school)
        files = files_view(returns, read, collection)
        judged = coded(returns, collection)
        again = beside(partial(repeats, returns, judged, collection))
        odd = numbers()
        meant, listed = returns, expected
        if has_small_letters(odd):
            meant = replace(returns, pupils=in_capitals(pupils))
            listed = None if expected is None else in_capitals(expected)
        linked = link(meant, files, judged, collection, listed)
        columns = beside(partial(subject_columns, linked, judged, collection))
        schools = numbers_of_schools(linked, files, expected, collection)
    shared, filled = same_upn(meant.pupils, linked), columns()
    frames: dict[View, pl.DataFrame] = {
        "faults": returns.faults,
        "unreadable": _unreadable(returns),
        "files": with_circumstances(
            files.with_columns(on_list=linked.on_list), circumstances, collection
        ),
        "slots": returns.slots.filter(
            pl.col("slot").is_in(judged.values["slot"].unique().implode())
        ),
        "values": judged.values,
        "dates": _dates(returns, judged),
        "repeats": again(),
        "shifts": shifts(returns, judged, filled, collection),
        "columns": filled,
        "numbers": odd,
        "same_upn": shared,
        "same_person": persons(),
        "differences": differences(meant, linked, listed, shared),
        "names": names(),
        "pupils": with_birth_texts(returns.pupils, returns.unreadable),
        "kinds": linked.kinds,
        "missing": missing_view(meant, files, linked, expected, collection),
        "schools": schools,
        "deletions": deletions_view(circumstances.deletions, expected, collection),
        "changed": changed(
            meant,
            files,
            judged,
            collection,
            {"moderation": circumstances.moderated, "signature": circumstances.signed},
        ),
    }
    return Views(
        frames=frames,
        setting=setting,
        circumstances=circumstances,
        expects=expected is not None,
        linked=linked,
        coded=judged,
        returns=returns,
        schools=schools,
    )


def _unreadable(returns: ReturnSet) -> pl.DataFrame:
    """The unreadable values, and whether the check of their field tells of them (``told``)."""
    if returns.unreadable.is_empty():
        return returns.unreadable.with_columns(told=pl.lit(False))
    files = returns.files.select("file", no_time=pl.col("made_at").is_null())
    pupils = returns.pupils.select("pupil", no_birth=pl.col("birth_date").is_null())
    field = pl.col("field")
    return (
        returns.unreadable.join(files, on="file", how="left", maintain_order="left")
        .join(pupils, on="pupil", how="left", maintain_order="left")
        .with_columns(
            told=((field == "DateTime") & pl.col("no_time"))
            | (field.str.contains(DATE_OF_BIRTH) & pl.col("no_birth").fill_null(False))
        )
        .drop("no_time", "no_birth")
    )


def _dates(returns: ReturnSet, judged: Coded) -> pl.DataFrame:
    """The dates of assessments of this year."""
    if returns.results["result_date"].null_count() == returns.results.height:
        return returns.results.clear()
    slots = judged.values.filter("assessed")["slot"].unique()
    return returns.results.filter(
        pl.col("result_date").is_not_null() & pl.col("slot").is_in(slots.implode())
    )
