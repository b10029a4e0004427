"""What is made of a release's figures of a school: sentences, the pack, the block of a website.

Packs and websites are made of the suppressed figures, however much their maker sees.
"""

from dataclasses import dataclass

from keystage.access.permissions import Permission
from keystage.actions.figures.releases import visible
from keystage.actions.figures.rules import rules_of
from keystage.actions.figures.seeing import content_for, suppressed_for
from keystage.flows.figures.contents import Content
from keystage.flows.figures_pack.pack import Pack, pack_of
from keystage.flows.figures_pack.sentences import Sentence, summary_of
from keystage.flows.figures_pack.website import Block, not_published, website_block
from keystage.store.models import FiguresContent, FiguresRelease, Organisation, Person

_SCHOOL = FiguresContent.Kind.SCHOOL


@dataclass(frozen=True, kw_only=True)
class Website:
    """What a school may put on its website: a block, or why there is none."""

    content: Content
    block: Block | None
    why_not: str


def pack_for(
    release: FiguresRelease,
    school: Organisation,
    *,
    person: Person,
    permission: Permission = Permission.SEE_MEASURES,
) -> Pack | None:
    """The pack of a school; None where the release says nothing of it, or nothing to the person.

    Args:
        release: a release that is out.
        school: whose figures.
        person: who sees or shares it.
        permission: the right that is used.
    """
    content = suppressed_for(release, _SCHOOL, school.code, person=person, permission=permission)
    if content is None:
        return None
    earlier = _newest_before(release, school)
    before = (
        suppressed_for(earlier, _SCHOOL, school.code, person=person, permission=permission)
        if earlier
        else None
    )
    return pack_of(content, rules_of(release).suppression.smallest_group, before)


def summary_for(
    release: FiguresRelease, school: Organisation, *, person: Person
) -> tuple[Content, tuple[Sentence, ...]] | None:
    """The inspection-style summary at the level of data a person sees, with its content.

    None where the release says nothing of the school, or nothing to the person.
    """
    content = content_for(release, _SCHOOL, school.code, person=person)
    if content is None:
        return None
    earlier = _newest_before(release, school)
    before = content_for(earlier, _SCHOOL, school.code, person=person) if earlier else None
    return content, summary_of(content, before)


def website_for(release: FiguresRelease, school: Organisation, *, person: Person) -> Website | None:
    """What may stand on the school's website; None as in `pack_for`."""
    content = suppressed_for(release, _SCHOOL, school.code, person=person)
    if content is None:
        return None
    agencys = release.organisation.kind == Organisation.Kind.NATIONAL
    rules = rules_of(release)
    why_not = not_published(content, rules, agencys=agencys)
    block = None if why_not else website_block(content, rules.suppression.smallest_group)
    return Website(content=content, block=block, why_not=why_not)


def _newest_before(release: FiguresRelease, school: Organisation) -> FiguresRelease | None:
    """The newest release of the year before that the same maker made and the school sees."""
    earlier = visible(release.year - 1, school)
    return next((one for one in earlier if one.organisation_id == release.organisation_id), None)
