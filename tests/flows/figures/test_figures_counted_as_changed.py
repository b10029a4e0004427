"""How many figures are printed otherwise than in the release before, whatever their number."""

import zlib

import msgspec
from msgspec.structs import replace
from snapshots_of_tests import LABEL, contents_of_england

from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures.reviewed import Changed, Review, decode, encode
from keystage.flows.figures.reviewing.seen import Seen


def unit(kind: str, level: str) -> Content:
    """A content with several figures that are shown."""
    of_kind = (one for one in contents_of_england()[1] if (one.kind, one.level) == (kind, level))
    return max(of_kind, key=lambda one: sum(figure.state == "shown" for figure in one.figures))


def otherwise(content: Content, *figures: Figure) -> Content:
    """The content as the release before had it."""
    by_name = {one.name: one for one in figures}
    return replace(content, figures=tuple(by_name.get(one.name, one) for one in content.figures))


def shown(content: Content) -> list[Figure]:
    return [one for one in content.figures if one.state == "shown"]


def test_figures_of_every_kind_of_unit_are_counted_beside_the_release_before() -> None:
    school, area = unit("school", "complete"), unit("la", "complete")
    one, two, *_ = shown(school)
    limits = next(figure for figure in shown(area) if figure.lower)
    seen = Seen(label=LABEL)
    changed = (replace(one, text="0"), replace(two, text="0"))
    seen.add(school, [otherwise(school, *changed)])
    seen.add(school, [school])
    seen.add(area, [otherwise(area, replace(limits, lower="-9.9"))])

    assert seen.changed.told() == (
        Changed(kind="la", touched=1, figures=1, withheld=0, shown=0),
        Changed(kind="school", touched=1, figures=2, withheld=0, shown=0),
    )


def test_what_is_newly_withheld_or_shown_is_counted_of_suppressed_figures() -> None:
    school = unit("school", "suppressed")
    one, two, three, *_ = shown(school)
    gone = [replace(figure, text="", state="suppressed") for figure in (one, two, three)]
    seen = Seen(label=LABEL)
    seen.add(school, [otherwise(school, *gone[:2])])
    seen.add(otherwise(school, gone[2]), [school])

    (found,) = seen.changed.told()
    assert (found.shown, found.withheld, found.touched, found.figures) == (2, 1, 0, 0)


def test_other_releases_and_a_first_one_count_nothing() -> None:
    school = unit("school", "complete")
    other = replace(otherwise(school, replace(shown(school)[0], text="0")), release="another")
    for seen in (Seen(label=LABEL), Seen()):
        seen.add(school, [other])
        seen.add(school, [])
        assert seen.changed.told() == ()


def test_a_figure_that_only_one_release_has_is_a_change() -> None:
    school = unit("school", "complete")
    seen = Seen(label=LABEL)
    seen.add(school, [replace(school, figures=school.figures[1:])])
    assert seen.changed.told()[0].figures == 1


def test_a_band_that_is_another_is_a_change_though_score_and_limits_are_the_same() -> None:
    school = unit("school", "complete")
    scored = next(one for one in shown(school) if one.lower)
    seen = Seen(label=LABEL)
    seen.add(school, [otherwise(school, replace(scored, band="5"))])
    assert seen.changed.told()[0].figures == 1


def test_a_review_that_was_kept_without_such_counts_is_read() -> None:
    kept = msgspec.msgpack.decode(zlib.decompress(encode(Review())))
    del kept["changed"]
    assert decode(zlib.compress(msgspec.msgpack.encode(kept))) == Review()
