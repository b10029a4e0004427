"""The headteacher's signed declaration as PDF: for the agency, and the authority's own form.

One signature makes both documents. No pupil is named in them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from keystage.reports.tagged_pdf import tagged_pdf

_TEMPLATE = Path(__file__).with_suffix(".typ")
#: The documents, with what they are called.
FORMS: Mapping[str, str] = {
    "national": "Headteacher's declaration: key stage 2 tests",
    "authority": "Verification of the key stage 2 tests for the local authority",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedDeclaration:
    """What stands in a document.

    Attributes:
        form: one of `FORMS`.
        school: its name.
        number: its number of seven digits, empty if it has none.
        authority: the local authority, empty if the school is of none.
        year: the season.
        outcome: what is declared.
        explanation: why it cannot be confirmed; empty for another outcome.
        signer: who signed.
        signed: when, in words.
        signed_on: the day.
        drafter: who drafted it.
        seal: the digest of the register it was signed under.
        stale: whether the register changed since.
        codes: the codes of the register as people read them.
        rows: of each paper its name and how often each code was given.
    """

    form: str
    school: str
    number: str
    authority: str
    year: str
    outcome: str
    explanation: str
    signer: str
    signed: str
    signed_on: date
    drafter: str
    seal: str
    stale: bool
    codes: Sequence[str]
    rows: Sequence[Sequence[str]]


def declaration_pdf(one: SignedDeclaration) -> bytes:
    """A document of a signed declaration as PDF/UA-1, dated by the day it was signed.

    Raises:
        UnprintableError: no font at hand has a character of a name or the explanation.
    """
    to = one.authority if one.form == "authority" else ""
    said = {
        "heading": FORMS[one.form],
        "title": f"{FORMS[one.form]}: {one.school}",
        "about": [
            ["School", one.school],
            *([["School number", one.number]] if one.number else []),
            *([["To", to]] if to else []),
            ["Season", one.year],
        ],
        "stale": "The register changed after this was signed: it has to be made again."
        if one.stale
        else "",
        "outcome": one.outcome,
        "explanation": one.explanation.split("\n") if one.explanation else [],
        "signed": [
            ["Signed by", one.signer],
            ["Signed", one.signed],
            ["Drafted by", one.drafter],
            ["Seal of the attendance register", one.seal],
        ],
        "codes": list(one.codes),
        "rows": [list(row) for row in one.rows],
    }
    return tagged_pdf(_TEMPLATE, said, one.signed_on)
