"""Whether a school confirmed that the data its figures are made of are correct, in words."""

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.figures.computing import label_of
from keystage.store.models import DataConfirmed
from keystage.web.doors import Here
from keystage.web.wording import as_moment

_NOT = "The school has not confirmed the data of this year in a checking exercise."


def confirmed(here: Here) -> str:
    """A sentence on the school's last word in the season; empty for who may not know.

    A word that was taken back is none. The figures of later releases rest on the same pupils, with
    the changes that were agreed since.
    """
    if not here.may(Permission.SEE_CONFIRMATION, Level.NONE):
        return ""
    said = DataConfirmed.objects.select_related("release__organisation").filter(
        school=here.organisation, release__year=here.season, withdrawn_at__isnull=True
    )
    last = said.order_by("-at").first()
    if last is None:
        return _NOT
    return (
        f"The school confirmed on {as_moment(last.at)} that its data in the release "
        f"{label_of(last.release)} are correct."
    )
