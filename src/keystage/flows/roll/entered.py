"""A pupil as a person types one, read by the rules that hold for files."""

from collections.abc import Mapping

from keystage.flows.roll.files.values import Raw, pupils_of
from keystage.flows.roll.pupils import Facts


def entered(texts: Mapping[str, str]) -> tuple[Facts, dict[str, str]]:
    """What typed texts say of a pupil, and why others are not taken.

    Args:
        texts: what was typed, by field of `FIELDS`; dates in any form that files may have.

    Returns:
        The facts, and by field the reason why its text is none of them, to go on from "it is not
        taken:".
    """
    (one,), _ = pupils_of([Raw(line=1, texts=texts, lines={})], {})
    return one.facts, {each.name: each.reason for each in one.unread if each.name}
