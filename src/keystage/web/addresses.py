"""The parts of addresses."""

from django.urls import register_converter


class Year:
    """A season in an address: the year of the results."""

    regex = "20[0-9]{2}"

    def to_python(self, value: str) -> int:
        """The year as a number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The year as it stands in an address."""
        return str(value)


class Body:
    """The kind of a body that has schools, in an address."""

    regex = "trust|authority|diocese|national"

    def to_python(self, value: str) -> str:
        """The kind."""
        return value

    def to_url(self, value: str) -> str:
        """The kind as it stands in an address."""
        return value


class Grouping(Body):
    """The kind of a body whose releases of figures are deleted, in an address."""

    regex = "trust|authority|national"


class Setter(Body):
    """The kind of a body that sets dates of the season, in an address."""

    regex = "authority|national"


class Maker(Body):
    """The kind of a body that makes figures of its own schools, in an address."""

    regex = "trust|authority"


class Kind(Body):
    """The kind of any organisation, in an address."""

    regex = f"school|{Body.regex}"


register_converter(Year, "year")
register_converter(Body, "body")
register_converter(Grouping, "grouping")
register_converter(Setter, "setter")
register_converter(Maker, "maker")
register_converter(Kind, "kind")

#: The beginning of every page of a school's season.
SEASON = "school/<str:code>/<year:year>/"
#: The beginning of pages that every organisation has.
ANYWHERE = "<kind:kind>/<str:code>/<year:year>/"
