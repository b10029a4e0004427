"""The header of a file to write: which version, who sends it, to whom, and when."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from keystage.core.errors import InputError
from keystage.formats.ctf.contents import contents
from keystage.formats.ctf.xml_text import Nested
from keystage.statute.collection import Collection

_VERSION = re.compile(r"([0-9]{1,2})\.0")
SUPPLIER = "Keystage"


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """A sender or receiver: authority (3 characters) and establishment (4), as text."""

    la: str
    estab: str
    urn: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the header of a file says.

    Attributes:
        version: the version of the format, such as ``25.0``.
        made_at: when the file was made, to the second and without a zone.
        source: the school that sends it.
        destination: where it goes.
        academic_year: the calendar year in which the academic year starts.
        qualifier: ``partial`` for a file that holds some sections only.
        supplier: the name of the program.
        descriptor: a sentence about the data, if there is one.
    """

    version: str
    made_at: datetime
    source: School
    destination: School
    academic_year: int
    document_name: str
    qualifier: Literal["full", "partial"] = "partial"
    supplier: str = SUPPLIER
    descriptor: str | None = None

    @property
    def number(self) -> int:
        """The version as a whole number.

        Raises:
            InputError: it is not of the form ``25.0``.
        """
        found = _VERSION.fullmatch(self.version)
        if not found:
            raise InputError(
                f"{self.version} is no version of the Common Transfer File.",
                where="header",
                todo="Write it as in 25.0.",
            )
        return int(found[1])

    def values(self) -> Nested:
        """The elements of the header in their order, by name; null ones are left out."""
        urn = self.number >= contents().urn.from_version
        return {
            "DocumentName": self.document_name,
            "CTFversion": self.version,
            "DateTime": self.made_at.replace(tzinfo=None).isoformat(timespec="seconds"),
            "DocumentQualifier": self.qualifier,
            "DataDescriptor": self.descriptor,
            "SupplierID": self.supplier,
            "SourceSchool": {
                "LEA": self.source.la,
                "Estab": self.source.estab,
                "URN": self.source.urn if urn else None,
                "SchoolName": self.source.name,
                "AcademicYear": str(self.academic_year),
            },
            "DestSchool": {
                "LEA": self.destination.la,
                "Estab": self.destination.estab,
                "URN": self.destination.urn if urn else None,
            },
        }


def return_header(
    school: School, made_at: datetime, collection: Collection, supplier: str = SUPPLIER
) -> Header:
    """The header of a teacher assessment return: to the address of the national collection."""
    destination = School(
        la=collection.format.destination_la, estab=collection.format.destination_estab
    )
    return _header(school, destination, made_at, collection, supplier)


def results_header(
    school: School, made_at: datetime, collection: Collection, supplier: str = SUPPLIER
) -> Header:
    """The header of a results file: the school is both sender and receiver."""
    return _header(school, school, made_at, collection, supplier)


def _header(
    source: School, destination: School, made_at: datetime, collection: Collection, supplier: str
) -> Header:
    return Header(
        version=collection.format.version,
        made_at=made_at,
        source=source,
        destination=destination,
        academic_year=collection.academic_year.starts.year,
        document_name=collection.format.document_name,
        supplier=supplier,
    )
