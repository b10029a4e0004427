"""An invented local authority in the service: schools, people, pupils, work at every stage."""

from keystage.actions.inventing.authority import Invented, invent

__all__ = ["Invented", "invent"]
