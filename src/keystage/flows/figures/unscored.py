"""The progress scores of a year whose results cannot have any, each saying why."""

from keystage.flows.figures.contents import Figure
from keystage.flows.figures.states import in_words, no_progress
from keystage.measures.catalogue import PROGRESS
from keystage.measures.parts import WHOLE
from keystage.statute.year import Year


def unscored(year: Year) -> tuple[Figure, ...]:
    """A figure without text for each subject's score; none where nothing is in the way.

    Args:
        year: the statutory year as it was asked for.
    """
    why = no_progress(year)
    if why is None:
        return ()
    state, reason = why
    return tuple(
        Figure(
            name=measure.field.format(group=""),
            label=measure.label[0].upper() + measure.label[1:],
            group=WHOLE,
            subject=str(measure.subject),
            family="progress",
            unit=measure.unit,
            state=state,
            said=in_words(state, reason),
        )
        for measure in PROGRESS
        if measure.progress
    )
