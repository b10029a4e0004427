"""What a return's own file cannot say: who sends it, when, after what, and to whom it is known.

Whoever asks for checks gives what is known. A check that needs more is told as not run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

import polars as pl

SCHOOLS_KNOWN: Mapping[str, pl.DataType] = {
    "school": pl.String(),  # authority and establishment number, seven digits
    "open": pl.Boolean(),
    "authority": pl.String(),  # number of the local authority the school is in
    "may_send": pl.Boolean(),  # whether this sender may send for it
}
ACCEPTED: Mapping[str, pl.DataType] = {
    "school": pl.String(),
    "serial": pl.Int32(),
    "sha256": pl.String(),
    "accepted_on": pl.Date(),
    "pupils": pl.UInt32(),
    "judgements": pl.UInt32(),
}
MODERATION: Mapping[str, pl.DataType] = {
    "school": pl.String(),  # every school on the list
    "visited_on": pl.Date(),  # null until the visit is recorded
}
VALUES: Mapping[str, pl.DataType] = {
    "school": pl.String(),
    "upn": pl.String(),
    "subject": pl.String(),
    "result": pl.String(),
}
DELETIONS: Mapping[str, pl.DataType] = {
    "school": pl.String(),
    "upn": pl.String(),
    "reason": pl.String(),  # one of `DELETION_REASONS`, or why it was asked all the same
}
#: Why a pupil may be taken out of a collection.
#: Source: Standards and Testing Agency, submitting key stage 2 teacher assessment data.
DELETION_REASONS = ("not at the end of key stage 2", "not on roll in test week", "duplicate")


@dataclass(frozen=True, kw_only=True, eq=False)
class Circumstances:
    """What is known beyond the files; None where it is not known.

    Attributes:
        today: the day of sending.
        clock: the time of sending in London; None where the day alone is known.
        own_school: the school whose return this is, seven digits.
        schools: the schools there are, columns `SCHOOLS_KNOWN`.
        accepted: the last return accepted of each school, columns `ACCEPTED`; of a school that is
            not there, none has been.
        moderation: the schools to be moderated, columns `MODERATION`.
        moderated: judgements as they were agreed at moderation, columns `VALUES`.
        signed: judgements as the headteacher signed them, columns `VALUES`.
        deletions: pupils asked to be taken out, columns `DELETIONS`.
        through_authority: numbers of the authorities that ask schools to send through them.
    """

    today: date | None = None
    clock: time | None = None
    own_school: str | None = None
    schools: pl.DataFrame | None = None
    accepted: pl.DataFrame | None = None
    moderation: pl.DataFrame | None = None
    moderated: pl.DataFrame | None = None
    signed: pl.DataFrame | None = None
    deletions: pl.DataFrame | None = None
    through_authority: frozenset[str] | None = None
