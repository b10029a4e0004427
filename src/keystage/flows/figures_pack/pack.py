"""The pack for governors: what a release says of a school, made of the suppressed figures alone."""

from typing import Any

import msgspec

from keystage.core.errors import UsageError
from keystage.flows.figures import caveats, guard
from keystage.flows.figures.contents import Content
from keystage.flows.figures_pack.moments import made_in_words
from keystage.flows.figures_pack.sentences import Sentence, highlights, summary_of
from keystage.flows.figures_pack.tables import Table, tables_of
from keystage.flows.figures_pack.wording import Term, wording

LEVEL = "figures without those of few pupils"


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """A pack: texts only, and no number besides.

    Attributes:
        layout: the layout of what is kept of a pack.
        name: the school's name.
        code: its URN.
        year: the year of the results.
        stage: unamended, provisional, revised or final.
        release: the label of the release.
        made_at: when the release was computed.
        pupils: how many pupils the figures are of, in words.
        tables: the figures.
        sentences: the inspection-style summary.
        sure: how sure one may be, in sentences.
        caveats: what has to be read with the figures.
        glossary: terms and what they mean.
        about: what goes with the pack wherever it goes: heads and texts.
    """

    layout: int = 1
    name: str
    code: str
    year: int
    stage: str
    release: str
    made_at: str
    pupils: str
    tables: tuple[Table, ...]
    sentences: tuple[Sentence, ...]
    sure: tuple[str, ...]
    caveats: tuple[str, ...]
    glossary: tuple[Term, ...]
    about: tuple[tuple[str, str], ...]

    def kept(self) -> dict[str, Any]:
        """The pack as it is kept; `pack_from` gives it back."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found

    @property
    def highlighted(self) -> tuple[Sentence, ...]:
        """The sentences with something to highlight, or the one that says there is nothing."""
        return highlights(self.sentences)


def pack_of(content: Content, smallest: int, before: Content | None = None) -> Pack:
    """The pack of a school.

    Args:
        content: what a release says of the school, suppressed.
        smallest: fewer pupils than this are never told of: the year's smallest group.
        before: what a release of an earlier year says of it, suppressed.

    Raises:
        UsageError: a content is complete: packs are made of suppressed figures.
    """
    if content.level != "suppressed" or (before is not None and before.level != "suppressed"):
        raise UsageError(
            "A pack is made of suppressed figures.", todo="Give it the suppressed content."
        )
    words, tables = wording(), tables_of(content)
    about = [
        ("Release", f"{content.release}, computed {made_in_words(content.made_at)}"),
        ("Scope", f"{content.name} ({content.code}), results of {content.year}"),
        ("Level of data", LEVEL),
        ("Purpose", words.pack.purpose),
        ("Warning", words.pack.warning),
    ]
    if any(table.progress for table in tables):
        about.append(("Warning", words.pack.progress))
    number = guard.whole(content.pupils)
    few = number is None or number < smallest
    return Pack(
        name=content.name,
        code=content.code,
        year=content.year,
        stage=content.stage,
        release=content.release,
        made_at=content.made_at,
        pupils=words.pack.withheld.format(smallest=smallest) if few else content.pupils,
        tables=tables,
        sentences=summary_of(content, before),
        sure=(
            words.pack.intro.format(smallest=smallest),
            *words.sure.texts,
            guard.declared().pupil_equivalent.text,
        ),
        caveats=(*_caveats(content, number or 0 if few else None), *content.notes),
        glossary=words.glossary,
        about=tuple(about),
    )


def _caveats(content: Content, few: int | None) -> tuple[str, ...]:
    """The caveats; without those that tell how many pupils there are where they are few."""
    told = caveats.Told(
        year=content.year,
        stage=content.stage,
        kind=content.kind,
        pupils=few or 0,
        small=True,
        subjects=frozenset(),
        with_progress=frozenset(),
    )
    counting = (one for one in caveats.declared().caveats if one.small)
    left_out = () if few is None else caveats.caveats(told, counting)
    return tuple(text for text in content.caveats if text not in left_out)


def pack_from(kept: object) -> Pack:
    """A pack as it was kept.

    Raises:
        msgspec.ValidationError: it is none, or of another layout.
    """
    return msgspec.convert(kept, Pack)
