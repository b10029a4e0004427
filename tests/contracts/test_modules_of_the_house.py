"""What every module owes: a docstring, a name that says something, a length for one sitting."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

LONGEST = 330
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "base"}
#: Rows are read one by one only where people or small tables are spoken to, never over pupils.
ROW_BY_ROW = {
    "actions/acceptances.py": "the findings of one school, for a person",
    "actions/checking/listing.py": "the pupils of one school, for a person",
    "actions/figures/faults.py": "the few faults of a file a person is told of",
    "actions/figures/pupils_seen.py": "the pupils of one school, who are called something",
    "actions/gateway/receiving/checking.py": "the pupils and findings of one school, to be kept",
    "actions/gateway/batches/members.py": "the findings of one file of a batch: its first is told",
    "actions/gateway/standing/numbers.py": "the pupils of one school, for a person",
    "actions/prepared_rows.py": "the rows that the database is given",
    "actions/sending/exporting.py": "the exceptions of one school, for a person",
    "actions/inventing/authority.py": "the schools and pupils of an invented authority, to be kept",
    "actions/inventing/collected.py": "the schools of an invented cohort, to be kept",
    "actions/inventing/playing.py": "the seeded mistakes of one kind, which are counted",
    "actions/inventing/results_day.py": "the few pairs a person would be told of",
    "actions/inventing/season.py": "the values of one invented school, to be kept",
    "actions/sheets/asked.py": "the cells of one school's sheet, for a person",
    "actions/sheets/gate.py": "the findings that stop one school, for a person",
    "actions/sheets/reading_back.py": "the cells of one sheet, which a person looks through",
    "actions/results/swapped.py": "the few pairs of one school a person is told of",
    "actions/sending/transferring.py": "the pupils of one school who cannot be written",
    "checks/findings.py": "the few errors a person is told of",
    "cli/cohort/score.py": "one row a kind of mistake",
    "cli/ctf/diff.py": "the differences a person is shown",
    "cli/ctf/export.py": "the exceptions of one school, for a person",
    "cli/ctf/findings.py": "the findings and schools a person is shown",
    "cli/ctf/profile.py": "one row a sort of result",
    "cli/ctf/results.py": "the results a person is shown",
    "cli/ctf/show.py": "the pupils a person is shown",
    "cli/difference.py": "the schools and figures a person is shown",
    "cli/submit_queue.py": "one row a check that found something in one file",
    "cli/explain.py": "the pupils of one school, for a person",
    "cli/measures.py": "the few warnings and schools a person is shown",
    "cli/verify.py": "the disagreements a person is shown",
    "flows/cohort/faulting.py": "one row a file to be written",
    "flows/cohort/page.py": "the figures that are compared",
    "flows/figures/neighbours.py": "one row a school, where a release of England withholds numbers",
    "flows/figures/schools_table.py": "one row a school, for the tables people are given",
    "flows/figures/similar.py": "the schools most like one, for a person",
    "flows/figures/similar_tables.py": "one row a school, for the tables people are given",
    "flows/figures/trusts.py": "one row a trust and pupil group, for the contents of trusts",
    "flows/figures/trust_workings.py": "one row a school of a trust, for its workings",
    "flows/metadata.py": "one row a check, for the metadata",
    "flows/registration.py": "the registrations of one school, which a person looks through",
    "flows/returns/groups.py": "one row a check",
    "flows/returns/moving.py": "the pupils of one school who go to another",
    "flows/returns/page.py": "the findings and schools on a page",
    "flows/returns/words.py": "one row for each thing that was not given",
    "flows/roll/files/reading.py": "the pupils of one school, whom a person looks through",
    "flows/roll/files/results.py": "the results of one school, which a person looks through",
    "flows/roll/files/transfer.py": "what was odd in one school's file, for a person",
    "flows/school_notes.py": "the warnings a headteacher is told of",
    "flows/school_summary.py": "the pupils of one school, for the headteacher",
    "flows/verify/intervals.py": "disagreeing cells",
    "flows/verify/left_out.py": "suspect schools, a few in a thousand",
    "flows/verify/tally.py": "one row a reason",
    "formats/characteristics.py": "the few values a person is told of",
    "formats/conversion.py": "the marks of one table",
    "formats/ctf/document.py": "one row a sort of result",
    "formats/ctf/learning.py": "one row a sort of result",
    "formats/ctf/writing.py": "one row a subject and kind",
    "formats/sheets/open_document_writing.py": "the cells of one sheet, which a library is given",
    "formats/sheets/template_reading.py": "the headings and pupils of one school's template",
    "formats/sheets/template_writing.py": "the pupils of one school, which a library is given",
    "formats/sheets/headings.py": "the first rows of a sheet, to find its heading",
    "measures/changes/comparing.py": "the figures of one school, and the pupils who moved them",
    "measures/department_groups.py": "one row a prior attainment group",
    "measures/explain_pupil.py": "the records of one pupil",
    "measures/gaps.py": "one national row",
    "measures/tally.py": "one row a prior attainment group",
    "web/checking/records.py": "the pupils of one school, for a person",
    "web/figures/lab.py": "the pupils of one school, for a person",
    "web/figures/scatter.py": "the pupils of one school, for a person",
    "web/desk_results/views.py": "what is wrong with one file, for a person",
    "web/figures/opened.py": "the pupils of one school, for a person",
    "web/figures_desk/files.py": "what is wrong with the files of one release, for a person",
    "web/sheet/found.py": "the findings of one school, for a person",
}
#: Writes tables of pupils for the school they are of, never for the public; and of invented ones.
SHEET_WRITER = "formats/sheets/writing.py"
#: Give a school its own sheet, and nobody else; or write one of invented pupils, or of no pupil.
SHEETS_FOR_THEIR_SCHOOL = {
    "actions/inventing/authority.py", "actions/inventing/released_figures.py",
    "flows/returns/outputs.py", "web/figures/sheets.py",
    "web/figures_packs/files.py", "web/organisation/sheets.py",
    "web/register/copies.py", "web/sheet/papers/paper_views.py",
}  # fmt: skip
#: Write CSV for no public: what PostgreSQL is given, and the faults of a file for who sent it.
NOT_FOR_THE_PUBLIC = {
    "actions/figures/faults.py", "actions/prepared_rows.py", "actions/releases/preparing_later.py",
}  # fmt: skip
#: Written by the framework from the models.
MIGRATIONS = "store/migrations/"
RETURNS = ("cli/cohort/", "cli/ctf/", "flows/cohort/", "flows/returns/")
_ROWS = re.compile(r"\.(iter_rows|rows|iter_slices|to_dicts)\(|\.map_elements\(")


def test_no_module_has_a_name_that_says_nothing(sources: Mapping[str, str]) -> None:
    names = {name: set(Path(name).with_suffix("").parts) for name in sources}
    assert [name for name, parts in names.items() if parts & VAGUE] == []


def test_every_module_is_read_in_one_sitting(sources: Mapping[str, str]) -> None:
    long = {
        name: len(text.splitlines())
        for name, text in sources.items()
        if not name.startswith(MIGRATIONS)
    }
    assert {name: lines for name, lines in long.items() if lines > LONGEST} == {}


def test_everything_public_says_what_it_does(trees: Mapping[str, ast.Module]) -> None:
    silent = [
        f"{name}: {thing}"
        for name, tree in trees.items()
        if not name.startswith(MIGRATIONS)
        for thing in undocumented(tree)
    ]
    assert silent == []


def undocumented(tree: ast.Module) -> Iterator[str]:
    if not ast.get_docstring(tree):
        yield "the module"
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inner = {node for outer in functions for node in ast.walk(outer) if node is not outer}
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node in inner:
            continue
        if not node.name.startswith("_") and not ast.get_docstring(node):
            yield node.name


def test_rows_are_read_one_by_one_only_where_they_are_few(sources: Mapping[str, str]) -> None:
    found = {name for name, text in sources.items() if _ROWS.search(text)}
    assert found - ROW_BY_ROW.keys() == set(), "say in ROW_BY_ROW why these rows are few"
    assert ROW_BY_ROW.keys() - found == set(), "these no longer need their leave"


def test_only_disclosure_control_takes_the_seal_of_publication(sources: Mapping[str, str]) -> None:
    takers = {name for name, text in sources.items() if re.search(r"\bSEAL\b", text)}
    assert takers == {
        "reports/published.py", "reports/disclosure.py", "reports/trust_disclosure.py",
    }  # fmt: skip


def test_files_for_the_public_are_written_from_published_tables_only(
    trees: Mapping[str, ast.Module],
) -> None:
    """A CSV goes through the function that takes a PublishedTable, or is a school's own sheet.

    Of invented pupils anything may be written.
    """
    writers = {
        name
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"write_csv", "sink_csv"}
    }
    real = {name for name in writers if not name.startswith("flows/cohort/")}
    assert real - NOT_FOR_THE_PUBLIC == {"reports/files.py", SHEET_WRITER}
    assert real >= NOT_FOR_THE_PUBLIC, "these write none"


def test_sheets_that_name_pupils_are_written_for_their_school_only(
    sources: Mapping[str, str],
) -> None:
    sheets = {name for name, text in sources.items() if "sheets.writing import" in text}
    assert sheets == SHEETS_FOR_THEIR_SCHOOL
    outputs = {name for name, text in sources.items() if "returns.outputs import" in text}
    assert {name for name in outputs if not name.startswith(RETURNS)} == set()


def test_the_rooms_import_downwards_only(root: Path) -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603  # our own tool
    assert done.returncode == 0, done.stdout


def test_help_starts_without_the_engine() -> None:
    asked = "import sys, keystage.cli.main; sys.exit('polars' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], check=False)  # noqa: S603  # this interpreter
    assert done.returncode == 0
