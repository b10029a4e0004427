"""How far schools have come with a season: of many at once, with a fixed number of questions."""

from keystage.actions.stages.asking import schools_of, stages_of
from keystage.actions.stages.steps import SchoolStages, Stage, State

__all__ = ["SchoolStages", "Stage", "State", "schools_of", "stages_of"]
