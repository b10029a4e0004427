"""What is wrong with the file or its header in the example of each code."""

from changing import (
    FAILING,
    TAKING_TESTS,
    accepted,
    archive,
    example,
    fails,
    faulty,
    only,
    pupil,
    simple,
)
from school import NAME, SCHOOL, Example, table

simple("TA-001", listed=False, known=["nothing = true"])
only("TA-002", "photo.xml", b"\x89PNG\r\n\x1a\n" + bytes(16))
simple("TA-003", listed=False, known=["file_bytes = 100"])
only("TA-004", NAME, b"")
FAILING["TA-005"] = lambda: faulty("virus", "The scanner found a virus.")
FAILING["TA-007"] = lambda: faulty("transfer", "The connection broke off.")
only("TA-008", "KS2_9990301_001.csv", b"Name,Mark\nMabel,12\n")
only("TA-009", NAME, Example().text().replace("</CTFpupilData>", "").encode())
simple("TA-010", name="9990301_CTF_NAALLLL_001 (1).xml")
simple("TA-011", destination={"LEA": "999", "Estab": "LLLL"})
simple("TA-017", name="9990302_CTF_NAALLLL_001.xml")
simple("TA-101", header={"DocumentName": "Common Basic Data Set"})
simple("TA-102", header={"CTFversion": "23.0"})
simple("TA-103", row={"Year": "2025"})
simple("TA-104", source={"Estab": "030"}, listed=False)
simple("TA-105", known=['own_school = "9990302"'])
simple("TA-106", header={"SupplierID": None})
simple("TA-107", known=["today = 2026-06-27", 'channel = "gateway"'])
simple("TA-108", known=table("moderation", [{"school": f'"{SCHOOL}"'}]))
simple("TA-109", known=['through_authority = ["999"]'])
simple("TA-112", header={"DateTime": "yesterday"})
simple("TA-113", header={"DocumentQualifier": "some"})
simple("TA-114", source={"AcademicYear": "2024"})
simple("TA-115", known=['channel = "import"', 'own_school = "9990302"'], listed=False)
simple("TA-116", header={"CTFversion": "25"})
simple("TA-117", header={"DateTime": "2026-06-16T08:00:00"}, known=["today = 2026-06-15"])
simple("TA-420", row={"ResultQualifier": None}, listed=False)
simple("TA-421", row={"Locale": "WAL"})
simple("TA-422", row={"ResultStatus": "P"})


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


simple("TA-013", known=accepted(serial="2"))
simple("TA-307", known=accepted(pupils="7"))


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


@fails("TA-019")
def _() -> Example:
    file = Example().text().encode()
    return example(listed=False, raw={NAME: file, NAME.replace("001", "002"): file})


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
