"""Evidence of a request: whether a file may be it, and how many pages it has."""

import re

from keystage.statute.checking import Evidence, Reason

_BEGINS, _ENDS = b"%PDF-", b"%%EOF"
_NEAR_THE_END = 1024
_MILLION = 10**6
_PAGE = re.compile(rb"/Type\s*/Page(?![a-zA-Z])")
_TREE = re.compile(rb"/Type\s*/Pages(?![a-zA-Z])")
_OBJECT = b"endobj"
#: What runs a program when a file is opened or clicked on.
_ACTIVE = (b"/JavaScript", b"/Launch")
_COUNT = re.compile(rb"/Count\s+([0-9]{1,6})(?![0-9])")


def pages_of(content: bytes) -> int | None:
    """How many pages a PDF says it has; None where it does not say so openly.

    >>> pages_of(b"%PDF-1.4 /Type /Pages /Count 2 /Type /Page /Type /Page %%EOF")
    2
    """
    trees = (part for part in content.split(_OBJECT) if _TREE.search(part))
    counts = [int(found) for part in trees for found in _COUNT.findall(part)]
    return max([len(_PAGE.findall(content)), *counts]) or None


def fault_of_evidence(rule: Evidence, content: bytes) -> str:
    """Why a file may not be sent, as a sentence; empty if it may.

    Args:
        rule: what evidence may be this year.
        content: the file, told by its bytes and not by its name.
    """
    if len(content) > rule.megabytes * _MILLION:
        return f"The file is larger than {rule.megabytes} MB. Send a smaller one."
    if not content.startswith(_BEGINS) or _ENDS not in content[-_NEAR_THE_END:]:
        return "The file is no PDF, or is cut short. Save it as PDF and send that."
    if any(name in content for name in _ACTIVE):
        return "The file has a program in it. Print it to a PDF without one, and send that."
    return too_long(rule, content) if rule.pages_refused else ""


def too_long(rule: Evidence, content: bytes) -> str:
    """What is said of a file with more pages than are looked at; empty for any other."""
    return too_many(rule, pages_of(content))


def too_many(rule: Evidence, pages: int | None) -> str:
    """What is said of so many pages; empty where all are looked at, or nobody knows how many."""
    if rule.pages is None or pages is None or pages <= rule.pages:
        return ""
    return (
        f"The file has {pages} pages, and only the first {rule.pages} are looked at. "
        "Send the pages that matter."
    )


def evidence_missing(reason: Reason, files: int) -> str:
    """What is said where evidence has to be sent and none was added; empty otherwise."""
    if reason.evidence != "required" or files:
        return ""
    wanted = f" Good evidence is: {'; '.join(reason.wanted)}." if reason.wanted else ""
    return f"Add evidence as PDF.{wanted}"
