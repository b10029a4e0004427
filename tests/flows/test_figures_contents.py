"""What is kept of a unit: given back as it was, and refused when it is anything else."""

import zlib
from base64 import b64decode
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from keystage.core.errors import InputError
from keystage.flows.figures.contents import (
    Break,
    Compared,
    Content,
    Figure,
    Point,
    Series,
    decode,
    encode,
)

TEXT = st.text(max_size=12)
STATES = st.sampled_from(
    ["shown", "suppressed", "low_coverage", "not_applicable", "not_available", "not_yet"]
)
FIGURES = st.builds(
    Figure,
    name=TEXT,
    label=TEXT,
    group=TEXT,
    family=TEXT,
    unit=TEXT,
    text=TEXT,
    state=STATES,
    lower=st.none() | TEXT,
    numerator=st.none() | TEXT,
    denominator=st.none() | st.integers(0, 10**9),
    pupils=st.none() | TEXT,
)
PLAIN = Content(
    kind="school",
    code="900001",
    name="A school (invented)",
    level="complete",
    year=2022,
    stage="provisional",
    release="2022 provisional 1",
    made_at="2022-09-05T09:30:00+00:00",
    figures=(Figure(name="TELIG", label="Pupils", group="all", family="f", unit="pupils"),),
    compared=(Compared(name="TELIG", against="national", text="1", state="shown"),),
    series=(
        Series(
            name="PTRWM_EXP",
            label="Share",
            unit="percent",
            points=(Point(year=2022, text="65%", state="shown"),),
            breaks=(Break(after=2019, before=2022, why="no tests"),),
        ),
    ),
)


@given(st.lists(FIGURES, max_size=4), TEXT, STATES)
def test_a_content_is_given_back_as_it_was(figures: list[Figure], name: str, state: Any) -> None:
    compared = (Compared(name=name, against="authority", text=name, state=state),)
    content = replace(PLAIN, name=name, figures=tuple(figures), compared=compared)
    assert decode(encode(content)) == content
    assert encode(decode(encode(content))) == encode(content)


def kept(change: Any) -> bytes:
    """The bytes of the plain content with something changed in what is kept."""
    whole = msgspec.msgpack.decode(zlib.decompress(encode(PLAIN)))
    change(whole)
    return zlib.compress(msgspec.msgpack.encode(whole))


def test_what_is_kept_is_read_where_nothing_was_changed() -> None:
    assert decode(kept(list)) == PLAIN


def test_a_row_of_a_database_is_read_for_as_long_as_its_layout_is_read() -> None:
    """The plain content as it was once kept: another field needs another layout."""
    row = (
        "eJybfIdBgHFZcXJGfn7OMksDIDDc7KgA4StoZOaVpeaVpKZorkjOzy3ISS1JPcv+bHVBUX5ZZnFmfl5iziYjAyMj"
        "BSQBBcOdICFdA0tdA9MQA0srYwMrAwNtAxC54NAEIJg4dWVASFC4b7xrRMDS4IzEotTlBalFyUB7Jk4Hmr7YzFR1"
        "aXFGfnneggMHDk2cfJb9MVB0RV6+QklqcUnxHQaRiUtDXH083ScuCygtyMwpnrg4MSdn4oKJByYuTJu4rAAitmAi"
        "xAywODJclpaZXlqUOvHwxEPTYAatyEssATt+4kJDhL4FAHXHfCU="
    )
    assert decode(b64decode(row)) == PLAIN


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        b"not compressed",
        zlib.compress(b"\x90"),
        encode(PLAIN)[:-4],
        kept(lambda whole: whole[0].__setitem__(0, 2)),
        kept(lambda whole: whole[0].append("more")),
        kept(lambda whole: whole[1][0].append("a second name")),
        kept(lambda whole: whole[1].append(["one more column"])),
        kept(lambda whole: whole[1].pop()),
        kept(lambda whole: whole[1].__setitem__(8, ["hidden"])),
    ],
    ids=["nothing", "text", "empty", "cut", "layout", "field", "ragged", "column", "lost", "state"],
)
def test_bytes_of_anything_else_are_refused(encoded: bytes) -> None:
    with pytest.raises(InputError, match="no content of a release"):
        decode(encoded)


def test_a_figure_and_what_it_is_compared_with_are_found_by_name() -> None:
    assert PLAIN.figure("TELIG") == PLAIN.figures[0]
    assert PLAIN.figure("READPROG") is None
    assert PLAIN.compared_with("TELIG", "national") == PLAIN.compared[0]
    assert PLAIN.compared_with("TELIG", "authority") is None
