"""The receipt of a file that was submitted, on paper as PDF."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from keystage.reports.tagged_pdf import tagged_pdf

_TEMPLATE = Path(__file__).with_suffix(".typ")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperReceipt:
    """What stands on the paper.

    Attributes:
        school: whose return it is.
        about: what was submitted, when and by whom, as a sentence.
        facts: what else the receipt says, each with its name.
        signature: the signature under the receipt's words.
        verify: how to check it, as a sentence.
    """

    school: str
    about: str
    facts: Sequence[tuple[str, str]]
    signature: str
    verify: str


def receipt_pdf(receipt: PaperReceipt, *, made_on: date) -> bytes:
    """The receipt as PDF/UA-1.

    Raises:
        UnprintableError: no font at hand has a character of a name.
    """
    said = {
        "title": f"Receipt: {receipt.school}",
        "school": receipt.school,
        "about": receipt.about,
        "facts": [list(fact) for fact in receipt.facts],
        "signature": receipt.signature,
        "verify": receipt.verify,
    }
    return tagged_pdf(_TEMPLATE, said, made_on)
