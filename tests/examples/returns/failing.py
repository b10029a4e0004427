"""What is wrong in the example of each code."""

import io
import zipfile
from collections.abc import Callable
from copy import deepcopy

from school import NAME, SCHOOL, Example, Pupil, result, table

Make = Callable[[], Example]
FAILING: dict[str, Make] = {}
TAKING_TESTS, GREATER_DEPTH, BELOW, ENGAGED, LEFT, WITH_ACCENT = range(6)
_DAY = (1980, 1, 1, 0, 0, 0)


def fails(code: str) -> Callable[[Make], Make]:
    """Declare the example of a code."""

    def declare(make: Make) -> Make:
        FAILING[code] = make
        return make

    return declare


def example(
    *,
    known: list[str] | None = None,
    name: str = NAME,
    listed: bool = True,
    header: dict[str, str | None] | None = None,
    source: dict[str, str | None] | None = None,
    destination: dict[str, str | None] | None = None,
    row: dict[str, str | None] | None = None,
    raw: dict[str, bytes] | None = None,
) -> Example:
    """The clean return, with some values of the file changed."""
    clean = Example(known=known or [], name=name, raw=raw or {})
    clean.header |= header or {}
    clean.source |= source or {}
    clean.destination |= destination or {}
    clean.row |= row or {}
    if not listed:
        clean.listed = None
    return clean


def pupil(at: int, *, listed: bool = False, **changes: object) -> Example:
    """The clean return, with values of one pupil changed in the file, or on the list instead."""
    clean = Example()
    people = clean.listed if listed else clean.pupils
    assert people is not None
    for name, value in changes.items():
        assert hasattr(people[at], name)
        setattr(people[at], name, value)
    return clean


def judged(at: int, **judgements: str | None) -> Example:
    """The clean return, with judgements of one pupil changed."""
    clean = Example()
    clean.pupils[at].judgements |= judgements
    return clean


def faulty(fault: str, reason: str) -> Example:
    """A file about which only whoever received it can tell what is wrong."""
    return example(
        listed=False,
        known=table("faults", [{"fault": f'"{fault}"', "reason": f'"{reason}"'}]),
    )


def numbered(upn: str | None) -> Example:
    """The clean return without a list, with another UPN of the first pupil."""
    made = pupil(TAKING_TESTS, upn=upn)
    made.listed = None
    return made


def archive(*members: tuple[str, bytes]) -> bytes:
    """An archive that is the same whenever it is made."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members:
            made.writestr(zipfile.ZipInfo(name, _DAY), content)
    return data.getvalue()


def _simple(code: str, **changes: object) -> None:
    FAILING[code] = lambda: example(**deepcopy(changes))  # type: ignore[arg-type]


def _only(code: str, name: str, data: bytes, *known: str) -> None:
    _simple(code, listed=False, raw={name: data}, known=list(known))


_simple("TA-001", listed=False, known=["nothing = true"])
_only("TA-002", "photo.xml", b"\x89PNG\r\n\x1a\n" + bytes(16))
_simple("TA-003", listed=False, known=["file_bytes = 100"])
_only("TA-004", NAME, b"")
FAILING["TA-005"] = lambda: faulty("virus", "The scanner found a virus.")
FAILING["TA-007"] = lambda: faulty("transfer", "The connection broke off.")
_only("TA-008", "KS2_9990301_001.csv", b"Name,Mark\nMabel,12\n")
_only("TA-009", NAME, Example().text().replace("</CTFpupilData>", "").encode())
_simple("TA-010", name="9990301_CTF_NAALLLL_001 (1).xml")
_simple("TA-011", destination={"LEA": "999", "Estab": "LLLL"})
_simple("TA-017", name="9990302_CTF_NAALLLL_001.xml")
_simple("TA-101", header={"DocumentName": "Common Basic Data Set"})
_simple("TA-102", header={"CTFversion": "23.0"})
_simple("TA-103", row={"Year": "2025"})
_simple("TA-104", source={"Estab": "030"}, listed=False)
_simple("TA-105", known=['own_school = "9990302"'])
_simple("TA-106", header={"SupplierID": None})
_simple("TA-107", known=["today = 2026-06-27", 'channel = "gateway"'])
_simple("TA-108", known=table("moderation", [{"school": f'"{SCHOOL}"'}]))
_simple("TA-109", known=['through_authority = ["999"]'])
_simple("TA-112", header={"DateTime": "yesterday"})
_simple("TA-113", header={"DocumentQualifier": "some"})
_simple("TA-114", source={"AcademicYear": "2024"})
_simple("TA-115", known=['channel = "import"', 'own_school = "9990302"'], listed=False)
_simple("TA-116", header={"CTFversion": "25"})
_simple("TA-117", header={"DateTime": "2026-06-16T08:00:00"}, known=["today = 2026-06-15"])
_simple("TA-420", row={"ResultQualifier": None}, listed=False)
_simple("TA-421", row={"Locale": "WAL"})
_simple("TA-422", row={"ResultStatus": "P"})


@fails("TA-006")
def _() -> Example:
    locked = bytearray(archive((NAME, Example().text().encode())))
    central = locked.index(b"PK\x01\x02")
    locked[6] |= 1
    locked[central + 8] |= 1
    return example(listed=False, raw={"returns.zip": bytes(locked)})


@fails("TA-012")
def _() -> Example:
    made = example()
    made.known = accepted(sha256='"same"')
    return made


def accepted(**changes: str) -> list[str]:
    """Circumstances in which a return of the school was accepted before."""
    row = {
        "school": f'"{SCHOOL}"',
        "serial": "1",
        "sha256": '"another"',
        "accepted_on": "2026-06-10",
        "pupils": "6",
        "judgements": "16",
    }
    return table("accepted", [row | changes])


_simple("TA-013", known=accepted(serial="2"))
_simple("TA-307", known=accepted(pupils="7"))


@fails("TA-014")
def _() -> Example:
    inner = archive((NAME, Example().text().encode()))
    return example(listed=False, raw={"returns.zip": archive(("more.zip", inner))})


@fails("TA-015")
def _() -> Example:
    return pupil(TAKING_TESTS, surname="Ashdown ")


@fails("TA-016")
def _() -> Example:
    sheet = Example().sheet().replace(b"Date of birth", b"Class")
    return example(listed=False, raw={"KS2_9990301_001.csv": sheet})


FAILING["TA-018"] = lambda: pupil(TAKING_TESTS, dates={"writing": "soon"})


@fails("TA-110")
def _() -> Example:
    made = example(listed=False)
    made.pupils = []
    return made


@fails("TA-111")
def _() -> Example:
    made = Example()
    for one in made.pupils:
        one.sex_element = "Gender"
    return made


FAILING["TA-201"] = lambda: numbered(None)
FAILING["TA-202"] = lambda: numbered("B999030120001")
FAILING["TA-203"] = lambda: numbered("G900030120001")
FAILING["TA-204"] = lambda: numbered("A9990301200X1")
FAILING["TA-205"] = lambda: numbered("A99903012000S")
FAILING["TA-206"] = lambda: numbered("D99903012501A")
FAILING["TA-216"] = lambda: numbered("A99903012000")
FAILING["TA-207"] = lambda: numbered("P999030120002")


@fails("TA-208")
def _() -> Example:
    return pupil(TAKING_TESTS, listed=True, surname="Fenwick", born="2015-02-02")


FAILING["TA-209"] = lambda: pupil(TAKING_TESTS, forename=None)
FAILING["TA-210"] = lambda: pupil(TAKING_TESTS, born="2014-11-31")
FAILING["TA-211"] = lambda: pupil(TAKING_TESTS, born="2012-11-03")
FAILING["TA-212"] = lambda: pupil(TAKING_TESTS, sex="U")
FAILING["TA-213"] = lambda: pupil(TAKING_TESTS, surname="Ashton")
FAILING["TA-215"] = lambda: pupil(TAKING_TESTS, upn="K999030120007", former_upn="A999030120001")
FAILING["TA-217"] = lambda: pupil(TAKING_TESTS, forename="Mabel*")
FAILING["TA-218"] = lambda: pupil(TAKING_TESTS, upn="K999030120007")


@fails("TA-214")
def _() -> Example:
    made = example(listed=False)
    twin = deepcopy(made.pupils[TAKING_TESTS])
    twin.upn = "K999030120007"
    made.pupils.append(twin)
    return made


@fails("TA-301")
def _() -> Example:
    made = Example()
    for one in made.pupils:
        one.judgements = {}
    return made


@fails("TA-302")
def _() -> Example:
    made = Example()
    del made.pupils[TAKING_TESTS]
    return made


@fails("TA-303")
def _() -> Example:
    made = Example()
    assert made.listed is not None
    del made.listed[TAKING_TESTS]
    return made


FAILING["TA-304"] = lambda: judged(LEFT, writing="EXS", science="EXS")


@fails("TA-305")
def _() -> Example:
    made = pupil(WITH_ACCENT, listed=True, left_on="2026-05-22")
    del made.pupils[WITH_ACCENT]
    return made


_simple(
    "TA-306",
    known=table(
        "deletions",
        [
            {
                "school": f'"{SCHOOL}"',
                "upn": '"K999030120007"',
                "reason": '"did not take the tests"',
            }
        ],
    ),
)
FAILING["TA-308"] = lambda: pupil(WITH_ACCENT, listed=True, left_on="2026-05-13")
_simple("TA-309")
FAILING["TA-310"] = lambda: pupil(WITH_ACCENT, listed=True, on_register="no")


@fails("TA-311")
def _() -> Example:
    made = judged(WITH_ACCENT, writing="A", science="A")
    assert made.listed is not None
    made.listed[WITH_ACCENT].left_on = "2026-05-22"
    made.pupils[WITH_ACCENT].judgements |= {"writing": "L", "science": "L"}
    return made


FAILING["TA-312"] = lambda: pupil(WITH_ACCENT, listed=True, registered="Future")
FAILING["TA-401"] = lambda: judged(TAKING_TESTS, writing="EXP")


@fails("TA-402")
def _() -> Example:
    made = example(
        known=["year = 2018"],
        listed=False,
        header={"CTFversion": "17.0", "DateTime": "2018-06-15T10:30:00"},
        source={"AcademicYear": "2017", "URN": None},
        row={"Year": "2018"},
    )
    made.pupils = [
        Pupil(
            "A999030120001", "Ashdown", "Mabel", "2006-11-03", "F",
            {"reading": "EXS", "writing": "BLW", "maths": "EXS", "science": "EXS"},
            sex_element="Gender",
        )
    ]  # fmt: skip
    return made


FAILING["TA-403"] = lambda: judged(TAKING_TESTS, writing="")
FAILING["TA-404"] = lambda: judged(BELOW, maths=None)
FAILING["TA-405"] = lambda: judged(TAKING_TESTS, reading="PK6")
FAILING["TA-406"] = lambda: judged(ENGAGED, maths="PK1")
FAILING["TA-407"] = lambda: judged(BELOW, writing="EXS")
FAILING["TA-408"] = lambda: judged(GREATER_DEPTH, science="HNM")
FAILING["TA-409"] = lambda: judged(LEFT, science="F")
FAILING["TA-410"] = lambda: judged(TAKING_TESTS, writing="A")


def cohort(size: int, **judgements: str | None) -> Example:
    """A class of pupils registered for the tests, with judgements that differ, or these."""
    made = Example()
    upns = [
        "A999030120001", "P999030120002", "D999030120003", "T999030120004", "G999030120005",
        "W999030120006", "K999030120007", "Z999030120008", "N999030120009", "Z999030120010",
        "N999030120011", "C999030120012",
    ]  # fmt: skip
    people = [
        Pupil(
            upn,
            f"Surname{chr(65 + at)}",
            "Robin",
            f"2015-03-{at + 1:02}",
            "F" if at % 2 else "M",
            {
                "writing": "EXS" if at % 3 else "WTS",
                "science": "EXS" if at % 4 else "HNM",
                **judgements,
            },
        )
        for at, upn in enumerate(upns[:size])
    ]
    made.pupils, made.listed = people, deepcopy(people)
    return made


FAILING["TA-411"] = lambda: cohort(10, science="EXS")


@fails("TA-412")
def _() -> Example:
    made = Example()
    for one in made.pupils[:2]:
        one.judgements |= {"science": "GDS"}
    for one in made.pupils[2:4]:
        one.judgements |= {"science": "PK3"}
    return made


@fails("TA-413")
def _() -> Example:
    made = cohort(12)
    for one in made.pupils[:2]:
        one.judgements |= {"science": "A"}
    return made


def again(code: str) -> Example:
    """The clean return, with the writing of the first pupil a second time."""
    made = Example()
    made.pupils[TAKING_TESTS].more.append(
        result(made.row | {"Subject": "ENG", "Component": "WRI"}, code)
    )
    return made


FAILING["TA-414"] = lambda: again("WTS")
FAILING["TA-423"] = lambda: again("EXS")


def earlier(name: str, code: str) -> list[str]:
    """Circumstances in which the first pupil's writing was known before."""
    row = {
        "school": f'"{SCHOOL}"',
        "upn": '"A999030120001"',
        "subject": '"writing"',
        "result": f'"{code}"',
    }
    return table(name, [row])


_simple("TA-415", known=earlier("moderated", "WTS"))
_simple("TA-416", known=earlier("signed", "WTS"))
FAILING["TA-417"] = lambda: pupil(TAKING_TESTS, dates={"writing": "2025-06-20"})
FAILING["TA-418"] = lambda: judged(TAKING_TESTS, writing=" exs")
FAILING["TA-419"] = lambda: judged(BELOW, writing="BLW")
FAILING["TA-425"] = lambda: judged(TAKING_TESTS, writing="Q")
FAILING["TA-426"] = lambda: judged(TAKING_TESTS, writing="F", science="F")


@fails("TA-424")
def _() -> Example:
    made = Example()
    made.pupils[TAKING_TESTS].more.append(
        result(made.row | {"Subject": "HIS", "Component": "SUB"}, "EXS")
    )
    return made


@fails("TA-427")
def _() -> Example:
    made = example(
        known=["year = 2022"],
        listed=False,
        header={"CTFversion": "21.0", "DateTime": "2022-06-15T10:30:00"},
        source={"AcademicYear": "2021"},
        row={"Year": "2022"},
    )
    made.pupils = [
        Pupil(
            "A999030120001", "Ashdown", "Mabel", "2010-11-03", "F",
            {"writing": "D", "science": "EXS"},
            sex_element="Gender",
        )
    ]  # fmt: skip
    return made


@fails("TA-428")
def _() -> Example:
    made = Example()
    made.pupils[TAKING_TESTS].more.append(
        result(
            made.row
            | {"Subject": "MAT", "Method": "TT", "Component": "MTC", "ResultQualifier": "MT"},
            "",
        )
    )
    return made


_simple("TA-901")
FAILING["TA-902"] = lambda: judged(GREATER_DEPTH, science="HNM")
FAILING["TA-903"] = lambda: judged(TAKING_TESTS, writing="")
_simple("TA-904")
FAILING["TA-905"] = lambda: judged(TAKING_TESTS, writing="")
