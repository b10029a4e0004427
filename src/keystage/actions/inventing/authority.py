"""Set up an invented local authority: its bodies, one account a role, schools at three stages.

One school has nothing but its files to bring in, one is in the middle of its judgements, one has
sent its file and has results. Nobody in it exists.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from pathlib import Path

import polars as pl
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from keystage.access.places import Organisation as Kind
from keystage.access.places import Scope
from keystage.access.rights import Condition
from keystage.access.roles import Role, load_roles
from keystage.actions import packs
from keystage.actions.errors import RefusedError
from keystage.actions.inventing import agreements, gateway
from keystage.actions.inventing.registers import Filled, arrange, fill
from keystage.actions.inventing.season import finish, half_way
from keystage.cohort.make import make
from keystage.cohort.plan import Plan
from keystage.flows.cohort.paper import write_paper
from keystage.flows.cohort.writing import PUPIL_FILE, ROLL_FILE, SCHOOL_FILE, write_cohort
from keystage.formats.sheets.writing import write_sheet
from keystage.statute.authorities import load_authorities
from keystage.store.models import Grant, Organisation, Person, Sheet

AUTHORITY = "999"
_HOST = "storyshire.example"
_DAYS = 365
_ROLL = {
    "upn": "UPN",
    "former_upn": "Former UPN",
    "surname": "Surname",
    "forename": "Forename",
    "birth_date": "Date of birth",
    "sex": "Sex",
    "class": "Class",
    "joined_on": "Admission date",
    "left_on": "Leaving date",
    "ks1_reading": "KS1 reading",
    "ks1_writing": "KS1 writing",
    "ks1_maths": "KS1 maths",
}
_FIRST_STAGE = {"ks1_reading": "KS1READ", "ks1_writing": "KS1WRIT", "ks1_maths": "KS1MAT"}


@dataclass(frozen=True, kw_only=True)
class Account:
    """Somebody to sign in as."""

    role: str
    email: str
    where: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Invented:
    """What was set up.

    Attributes:
        accounts: one a role.
        fresh: the school that begins with nothing but its files.
        half_way: the school in the middle of its judgements.
        finished: the school that has its results.
        files: the folder of the fresh school's files, in the order they are brought in.
    """

    accounts: tuple[Account, ...]
    fresh: Organisation
    half_way: Organisation
    finished: Organisation
    files: Path


@transaction.atomic
def invent(*, year: int, seed: int, schools: int, password: str, files: Path) -> Invented:
    """Invent an authority of some schools, with their files in a folder.

    Raises:
        RefusedError: there are organisations already, or too few schools were asked for.
    """
    if Organisation.objects.exists():
        raise RefusedError(
            "There are organisations in this service already.",
            todo="An invented authority is for an empty service only.",
        )
    roll, table = invented_cohort(year, seed, schools, files)
    bodies = bodies_of(table)
    stages = by_size(roll, bodies)
    if len(stages) < len(("fresh", "half way", "finished")):
        raise RefusedError("Three schools are needed to show each stage.", todo="Ask for more.")
    fresh, middle, finished = stages[:3]
    people = people_of(password, stages[:3], roll)
    people |= gateway.seconds(people)
    begun = half_way(middle, roll, year, people, share=0.7)
    fill(begun, people, Filled.BEGUN)
    sheet = finish(finished, roll, year, people)
    for one in (begun, sheet):
        arrange(one, people)
    nation = Organisation.objects.get(kind=Organisation.Kind.NATIONAL)
    gateway.keep_open(nation, year, people["agency_operator"])
    gateway.send_finished(sheet, people)
    if others := stages[3:]:
        gateway.returns(others, roll, year, people, files / "trail")
        for sheet, how in zip(_sheets(others, year), cycle(_HOW_FAR), strict=False):
            fill(sheet, people, how)
            arrange(sheet, people)
    gateway.letters(middle, year, people)
    agreements.agree(stages[:3], year, people)
    return Invented(
        accounts=tuple(_account(person) for person in people.values()),
        fresh=fresh,
        half_way=middle,
        finished=finished,
        files=_files_of(fresh, roll, files),
    )


#: How far the schools are with test week that are none of the first three.
_HOW_FAR = (Filled.DONE, Filled.CONTRADICTION, Filled.ENTERED)


def _sheets(schools: Iterable[Organisation], year: int) -> Iterator[Sheet]:
    for school in schools:
        yield Sheet.objects.select_related("school").get(school=school, year=year)


def invented_cohort(
    year: int, seed: int, schools: int, files: Path
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The invented roll and schools; their paper lies in the folder afterwards.

    Raises:
        RefusedError: there is something in the folder.
    """
    if files.exists() and any(files.iterdir()):
        raise RefusedError(f"{files} has something in it.", todo="Name a new folder.")
    plan = Plan(
        year=year,
        release="provisional",
        seed=seed,
        schools=schools,
        authorities=None,
        nowhere=True,
    )
    cohort, trail = files / "cohort", files / "trail"
    write_cohort(make(plan, workers=1), plan, cohort, csv=False, replace=False)
    write_paper(cohort, trail, sheets="csv", results=True)
    outcomes = pl.read_parquet(cohort / f"{PUPIL_FILE}.parquet").select(
        pl.col("UPN").alias("upn"),
        *(pl.col(theirs).cast(pl.String).alias(ours) for ours, theirs in _FIRST_STAGE.items()),
    )
    roll = pl.read_parquet(cohort / f"{ROLL_FILE}.parquet")
    return (
        roll.join(outcomes.unique("upn"), on="upn", how="left", maintain_order="left"),
        pl.read_parquet(cohort / f"{SCHOOL_FILE}.parquet"),
    )


def _files_of(school: Organisation, roll: pl.DataFrame, files: Path) -> Path:
    """A folder with the files the school's office would bring in, in the order it would."""
    folder, trail = files / school.number, files / "trail"
    folder.mkdir()
    own = roll.filter(pl.col("school") == school.number)
    sheet = own.select(
        *(pl.col(name).alias(heading) for name, heading in _ROLL.items()),
        pl.lit(packs.YEAR_GROUP).alias("Year group"),
    )
    write_sheet(sheet, folder / "1-roll.csv")
    authority = school.number[: len(AUTHORITY)]
    for name, source in (
        ("2-registration.csv", f"expected/{authority}/{school.number}.csv"),
        ("3-judgements.csv", f"sheets/{authority}/{school.number}.csv"),
    ):
        shutil.copyfile(trail / source, folder / name)
    for results in sorted((trail / "results" / authority).glob(f"{school.number}_*.xml")):
        shutil.copyfile(results, folder / f"4-{results.name}")
    return folder


def bodies_of(table: pl.DataFrame) -> dict[str, Organisation]:
    """The authority, its trusts and its schools; the schools by number."""
    kinds = Organisation.Kind
    authority = Organisation.objects.create(
        kind=kinds.AUTHORITY, code=AUTHORITY, name=load_authorities().called(AUTHORITY)
    )
    Organisation.objects.create(kind=kinds.NATIONAL, code="national", name="National collection")
    diocese = Organisation.objects.create(kind=kinds.DIOCESE, code="D99", name="Diocese of Fable")
    trusts = {
        str(row["TRUST_UID"]): Organisation.objects.create(
            kind=kinds.TRUST, code=str(row["TRUST_UID"]), name=row["TRUST_NAME"]
        )
        for row in table.filter(pl.col("TRUST_UID").is_not_null())
        .unique("TRUST_UID", maintain_order=True)
        .iter_rows(named=True)
    }
    return {
        str(row["LAESTAB"]): Organisation.objects.create(
            kind=kinds.SCHOOL,
            code=str(row["URN"]),
            name=row["SCHNAME"],
            number=str(row["LAESTAB"]),
            school_type=str(row["NFTYPE"]),
            authority=authority,
            trust=trusts.get(str(row["TRUST_UID"])),
            diocese=diocese if at == 0 else None,
        )
        for at, row in enumerate(table.iter_rows(named=True))
    }


def by_size(roll: pl.DataFrame, schools: dict[str, Organisation]) -> list[Organisation]:
    """The schools, those whose cohort is nearest to two classes first."""
    sizes = roll.group_by("school").len().sort((pl.col("len").cast(pl.Int32) - 60).abs(), "school")
    return [schools[number] for number in sizes["school"]]


def people_of(
    password: str, schools: Sequence[Organisation], roll: pl.DataFrame
) -> dict[str, Person]:
    """One person a role, with the role wherever it is given."""
    kept, found = make_password(password), {}  # making one for each would take long on purpose
    classes = {
        school.number: roll.filter(pl.col("school") == school.number)["class"].unique().sort()
        for school in schools
    }
    for key, role in load_roles().roles.items():
        name = f"{role.label} (invented)"
        person = Person.objects.create(
            email=f"{key.replace('_', '.')}@{_HOST}", name=name, password=kept
        )
        Grant.objects.bulk_create(_grants(person, key, role, classes, schools))
        found[key] = person
    return found


def _grants(
    person: Person,
    key: str,
    role: Role,
    classes: Mapping[str, pl.Series],
    schools: Iterable[Organisation],
) -> Iterator[Grant]:
    today = timezone.localdate()
    given = [one for one, right in role.rights.items() if _must_be_given(right.conditions)]
    days = _days(role)
    for organisation in _where(role, schools):
        yield Grant(
            person=person,
            organisation=organisation,
            role=key,
            classes=classes[organisation.number].to_list() if role.scope is Scope.CLASSES else [],
            given=[str(one) for one in given],
            starts_on=today,
            ends_on=today + timedelta(days=days - 1),
        )


def _days(role: Role) -> int:
    """How long a grant lasts: no longer than it may, nor than what is held for a short time."""
    days = min(role.longest_days or _DAYS, _DAYS)
    if any(Condition.TIME_LIMITED in right.conditions for right in role.rights.values()):
        return min(days, load_roles().terms.time_limited.days)
    return days


def _must_be_given(conditions: Iterable[Condition]) -> bool:
    return not {Condition.GIVEN, Condition.TIME_LIMITED}.isdisjoint(conditions)


def _where(role: Role, schools: Iterable[Organisation]) -> Iterable[Organisation]:
    if role.scope.organisation is Kind.SCHOOL:
        return schools
    first = Organisation.objects.filter(kind=role.scope.organisation.value).first()
    return [first] if first else []


def _account(person: Person) -> Account:
    grants = list(person.grants.select_related("organisation").order_by("pk"))
    return Account(
        role=load_roles().roles[grants[0].role].label,
        email=person.email,
        where=tuple(grant.organisation.name for grant in grants),
    )
