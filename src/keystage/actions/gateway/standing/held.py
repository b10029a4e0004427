"""What was received of a return, as the checks read it."""

from keystage.core.subjects import ASSESSED
from keystage.formats.ctf.profile import load_profile
from keystage.formats.sheets.held import P_SCALE, held_returns
from keystage.records.returns import ReturnSet
from keystage.statute.collection import Collection
from keystage.store.models import ReceivedJudgement, ReceivedPupil, SchoolReturn

_FACTS = ("upn", "surname", "forename", "birth_date", "sex", "former_upn", "left_on")


def pupils_of(school_return: SchoolReturn) -> list[ReceivedPupil]:
    """The pupils of a return who were not removed, in the order of lists."""
    rows = school_return.pupils.filter(removed_at__isnull=True)
    return list(rows.order_by("surname", "forename", "upn"))


def held_of(school_return: SchoolReturn, collection: Collection) -> ReturnSet:
    """What was received as a return set; pupil n of it is pupil n of `pupils_of`."""
    codes: dict[object, dict[str, object]] = {}
    rows = ReceivedJudgement.objects.filter(pupil__school_return=school_return)
    for pupil, subject, code, scale in rows.values_list("pupil_id", "subject", "code", "p_scale"):
        codes.setdefault(pupil, {}).update({subject: code, f"{subject}{P_SCALE}": scale})
    blank = dict.fromkeys(map(str, ASSESSED), "")
    return held_returns(
        (
            {fact: getattr(pupil, fact) for fact in _FACTS} | blank | codes.get(pupil.pk, {})
            for pupil in pupils_of(school_return)
        ),
        load_profile(),
        collection,
        school=school_return.school.number,
        name="received",
    )
