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


register_converter(Year, "year")

#: The beginning of every page of a school's season.
SEASON = "school/<str:code>/<year:year>/"
