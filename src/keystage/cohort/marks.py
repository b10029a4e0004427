"""Marks and scaled scores: the year's table where it is known, a made one where it is not.

A made table is monotone, and goes through the marks that give the lowest, the expected, the higher
and the highest score (``years.toml``). It is invented, and whoever writes it out says so.
"""

from dataclasses import dataclass

import numpy as np

from keystage.cohort.chance import Floats, Whole
from keystage.cohort.summers import summer_of
from keystage.core.subjects import Subject
from keystage.statute.collection import Collection


@dataclass(frozen=True)
class MarkTable:
    """Scaled scores by mark.

    Attributes:
        scores: the score of each mark from 0; 0 where there is none.
        made: whether the table is invented.
    """

    scores: Whole
    made: bool

    @property
    def least(self) -> int:
        """The lowest mark with a scaled score."""
        return int(np.flatnonzero(self.scores)[0])

    def marks(self, standing: Floats) -> Whole:
        """The mark of each standing on the scale; below it, marks that have no score."""
        scored = np.arange(self.least, len(self.scores))
        # Marks that share a score share out the standings about it.
        exact = np.interp(standing, _spread(self.scores[scored]), scored.astype(np.float64))
        low = float(self.scores[self.least])
        under = np.clip(self.least - np.ceil((low - standing) / 2), 0, self.least - 1)
        marks: Whole = np.where(
            standing < low - 0.5, under, np.clip(np.rint(exact), self.least, len(self.scores) - 1)
        ).astype(np.int64)
        return marks


def _spread(scores: Whole) -> Floats:
    """A strictly rising score for each mark, whole scores shared out among their marks."""
    first = np.searchsorted(scores, scores, side="left")
    many = np.searchsorted(scores, scores, side="right") - first
    place = np.arange(len(scores)) - first
    return (scores + (place + 0.5) / many - 0.5).astype(np.float64)


def mark_table(subject: Subject, collection: Collection) -> MarkTable:
    """The table of one test of a collection."""
    most = collection.marks.of(subject)
    scores = np.zeros(most + 1, dtype=np.int64)
    known = () if collection.conversion is None else collection.conversion.of(subject)
    if known:
        for mark, score in known:
            scores[mark] = score
        return MarkTable(scores, made=False)
    scale = collection.scale
    anchors = summer_of(collection.year.id).marks.of(subject)
    made = np.interp(
        np.arange(most + 1), anchors, (scale.lowest, scale.expected, scale.higher, scale.highest)
    )
    scores[anchors[0] :] = np.floor(made[anchors[0] :] + 0.5).astype(np.int64)
    return MarkTable(scores, made=True)
