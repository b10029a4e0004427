"""Evidence of a request: whether a file may be it, and how many pages it has."""

from keystage.flows.checking.pdf import Inside, inside
from keystage.statute.checking import Evidence, Reason

_BEGINS, _ENDS = b"%PDF-", b"%%EOF"
_NEAR_THE_END = 1024
_MILLION = 10**6
_PRINT_IT = "Print it to a PDF without, and send that."


def pages_of(content: bytes) -> int | None:
    """How many pages a PDF says it has; None where it does not say so."""
    return inside(content).pages


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
    found = inside(content)
    return _fault_of(found) or (_fault_of_pages(rule, found) if rule.pages_refused else "")


def _fault_of(found: Inside) -> str:
    if found.encrypted:
        return (
            "The file is locked, so nobody can look through it. "
            "Save it without a password, and send that."
        )
    if not found.whole:
        return "The file has parts that cannot be looked into. Print it to a PDF, and send that."
    return f"The file has {found.active} in it. {_PRINT_IT}" if found.active else ""


def _fault_of_pages(rule: Evidence, found: Inside) -> str:
    if rule.pages is not None and found.pages is None:
        return "The file does not say how many pages it has. Print it to a PDF, and send that."
    return too_many(rule, found.pages)


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
