"""Who does something, and from where."""

from dataclasses import dataclass
from typing import Self

from keystage.store.models import Person


@dataclass(frozen=True)
class By:
    """The person behind an act and the address it came from.

    Attributes:
        person: who acts; None for the service itself.
        address: the network address, or a word such as "command line".
        system: the system that acts for the person; empty where the person acts.
    """

    person: Person | None
    address: str = ""
    system: str = ""

    @classmethod
    def service(cls) -> Self:
        """The service itself: scheduled work, set-up from the command line."""
        return cls(person=None, address="service")

    @property
    def name(self) -> str:
        """Who acts, as the record of acts has it."""
        if self.person is None:
            return "the service"
        return f"{self.system}, for {self.person}" if self.system else str(self.person)

    @property
    def who(self) -> Person:
        """The person; an act of the service itself has none.

        Raises:
            LookupError: the service acts where only a person may.
        """
        if self.person is None:
            raise LookupError("This act needs a person.")
        return self.person
