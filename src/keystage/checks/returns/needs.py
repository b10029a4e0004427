"""The frames rules are asked of, by name, and what checks need beyond the files."""

from collections.abc import Mapping
from typing import Literal

#: The frames rules are asked of; see `keystage.checks.returns.views.Views`.
View = Literal[
    "faults",
    "unreadable",
    "files",
    "slots",
    "values",
    "dates",
    "repeats",
    "shifts",
    "columns",
    "numbers",
    "same_upn",
    "same_person",
    "differences",
    "names",
    "pupils",
    "kinds",
    "missing",
    "schools",
    "deletions",
    "changed",
    "outcome",
]
Need = Literal[
    "expected",
    "today",
    "window",
    "test_week",
    "own_school",
    "sender",
    "schools",
    "accepted",
    "moderation",
    "moderated",
    "signed",
    "deletions",
    "through_authority",
]
#: What a check needs beyond the files, for people.
NEEDS: Mapping[Need, str] = {
    "expected": "the list of expected pupils",
    "today": "the day of sending",
    "window": "the dates of the collection, which are not known for this year",
    "test_week": "the dates of the tests, which are not known for this year",
    "own_school": "the number of your school",
    "sender": "the number of your school, or the list of schools you may send for",
    "schools": "the list of schools",
    "accepted": "what was accepted before",
    "moderation": "the list of schools to be moderated",
    "moderated": "the judgements agreed at moderation",
    "signed": "the judgements the headteacher signed",
    "deletions": "the pupils asked to be taken out",
    "through_authority": "which authorities ask schools to send through them",
}
