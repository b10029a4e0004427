"""``keystage difference``: what changed between two releases, and which pupils made it."""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keystage.cli.reference import Reference
from keystage.cli.terminal import add_row, console, counted, say, table, write_json
from keystage.core.errors import UsageError

if TYPE_CHECKING:
    from fractions import Fraction

    from keystage.flows.figures.differing import Difference, FigureDiffering
    from keystage.measures.changes.comparing import Effect

#: Figures of all schools listed without --out.
FIRST = 30


def difference_command(
    old: Annotated[
        Path,
        typer.Argument(
            metavar="OLD",
            help="The older release: a pupil file, or the output folder of keystage measures.",
        ),
    ],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The newer release, the same.")],
    *,
    year: Annotated[int, typer.Option("--year", help="The summer the tests were sat.")],
    old_release: Annotated[
        str | None,
        typer.Option(
            "--old-release",
            help="Of a pupil file: provisional, revised or final. A folder says it.",
        ),
    ] = None,
    new_release: Annotated[
        str | None, typer.Option("--new-release", help="The same of the newer pupil file.")
    ] = None,
    school: Annotated[int | None, typer.Option("--school", help="The school's URN.")] = None,
    figure: Annotated[
        str | None,
        typer.Option("--figure", help="A field, such as READPROG, PTRWM_EXP_B or READ_AVERAGE."),
    ] = None,
    old_schools: Annotated[
        Path | None, typer.Option("--old-schools", help="The school file of the older pupil file.")
    ] = None,
    new_schools: Annotated[
        Path | None, typer.Option("--new-schools", help="The school file of the newer pupil file.")
    ] = None,
    old_statute: Annotated[
        Path | None,
        typer.Option("--old-statute", help="A file with tables the older release was made with."),
    ] = None,
    new_statute: Annotated[
        Path | None,
        typer.Option("--new-statute", help="A file with tables the newer release was made with."),
    ] = None,
    reference: Annotated[
        Reference,
        typer.Option(
            "--reference",
            help="Use published constants, or derive them: the pupil files must then be national.",
        ),
    ] = Reference.PUBLISHED,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", metavar="FILE", help="Write every figure compared to a Parquet file."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write JSON; of one school, with --school.")
    ] = False,
) -> None:
    """Show what changed between two releases of a year, and why.

    keystage difference september.csv december.csv --year 2022 --old-release provisional
    --new-release final --school 900001 --figure READPROG

    keystage difference out/september out/december --year 2022 --out changes.parquet

    A pupil's effect is what the pupil adds to the change; the effects of all pupils add up to it
    exactly. It has two parts: what differs of the pupil, and what another reference or rule does.
    Pupils are found by UPN. Of folders only the figures are compared: they hold no pupils.

    The output shows what published tables withhold, and names pupils by UPN and line: it is for
    people entitled to see them.
    """
    if as_json and school is None:
        raise UsageError(
            "JSON is written of one school.", todo="Give --school, or write a table with --out."
        )
    from keystage.flows.figures.differing import difference
    from keystage.flows.figures.opening import Given

    derived = reference is Reference.DERIVED
    found = difference(
        Given(path=old, year=year, release=old_release, schools=old_schools, statute=old_statute,
              derived=derived),
        Given(path=new, year=year, release=new_release, schools=new_schools, statute=new_statute,
              derived=derived),
        school=school,
        figure=figure,
    )  # fmt: skip
    if out is not None:
        _write(found, out)
    if as_json and school is not None:
        write_json(_as_json(found, school))
    elif school is None:
        _show_schools(found)
    else:
        _show_school(found, school, opened=figure is not None)
    if out is not None and not as_json:
        say(f"Written to {out}. It is not for publication: nothing is withheld in it.")


def _write(found: "Difference", out: Path) -> None:
    from keystage.core.errors import InputError
    from keystage.flows.figures.differing import as_table
    from keystage.reports.files import write_analyst

    if out.is_dir():
        raise InputError(
            "The output is a folder, not a file.", where=str(out), todo="Name a file with --out."
        )
    try:
        write_analyst(as_table(found), out)
    except OSError as error:
        raise InputError(
            f"The file cannot be written ({error.strerror or error}).",
            where=str(out),
            todo="Choose another with --out.",
        ) from error


def _show_schools(found: "Difference") -> None:
    """How many figures of how many schools differ, and the first of them."""
    from keystage.flows.figures.differing import as_table

    made = as_table(found)
    moved = made.filter(made["old"].ne_missing(made["new"]))
    say(
        f"{found.old.name} and {found.new.name}: {moved.height:,} of {made.height:,} figures of "
        f"{counted(made['URN'].n_unique(), 'school')} differ."
    )
    shown = table("", "school", "figure", "older", "newer", "change", "because",
                  right=("older", "newer", "change"))  # fmt: skip
    for row in moved.head(FIRST).iter_rows(named=True):
        because = _words_of(row.get("reasons") or ())
        add_row(shown, row["URN"], row["field"], _plain(row["old"]), _plain(row["new"]),
                _plain(row["change"], sign=True), because)  # fmt: skip
    if moved.height:
        console().print(shown)
    if moved.height > FIRST:
        say(f"… and {moved.height - FIRST:,} more (--out writes every one).")
    _say_of_folders(found)


def _show_school(found: "Difference", school: int, *, opened: bool) -> None:
    differing = [one for one in found.of_school(school) if opened or _differs(one)]
    title = f"School {school}: {found.old.name} and {found.new.name}"
    if not differing:
        say(f"{title}: no figure differs.")
        return
    shown = table(title, "figure", "older", "newer", "change", "published", "because",
                  right=("older", "newer", "change"))  # fmt: skip
    for one in differing:
        change = one.change
        reasons = {reason.name for effect in change.effects for reason in effect.reasons[:1]}
        add_row(shown, change.field.name, _plain(change.old), _plain(change.new),
                _plain(change.change, sign=True), _published(one), _words_of(reasons))  # fmt: skip
    console().print(shown)
    for one in differing if opened else []:
        _show_pupils(one)
    _say_of_folders(found)


def _show_pupils(one: "FigureDiffering") -> None:
    from keystage.flows.figures.differing import CELL_WORDS
    from keystage.measures.explain_words import as_text

    change = one.change
    shown = table("Pupils who move it", "UPN", "line", "effect", "pupil", "rules", "because",
                  right=("line", "effect", "pupil", "rules"))  # fmt: skip
    for effect in change.effects:
        add_row(
            shown,
            effect.new_upn or effect.old_upn,
            effect.old_line if effect.new_line is None else effect.new_line,
            _plain(effect.effect, sign=True),
            _plain(effect.of_pupil, sign=True),
            _plain(effect.of_rules, sign=True),
            _because(effect),
        )
    if change.effects:
        console().print(shown)
    if change.change is None:
        say(_no_number(one))
    elif change.effects:
        say(f"The effects add up to the change: {as_text(change.change)}.")
    if one.cell:
        say(CELL_WORDS[one.cell])


def _no_number(one: "FigureDiffering") -> str:
    before, after = one.change.old, one.change.new
    if before is None and after is None:
        return "There is no figure in either release."
    where = "older" if before is None else "newer"
    return (
        f"There is no figure in the {where} release, so there is no change of a number and no "
        "pupil has an effect on it."
    )


def _because(effect: "Effect") -> str:
    words = "; ".join(reason.words for reason in effect.reasons)
    told = (f"{name} {old or 'blank'} → {new or 'blank'}" for name, old, new in effect.columns)
    columns = ", ".join(told)
    return f"{words} ({columns})" if columns else words


def _words_of(names: Collection[str]) -> str:
    """The reasons of these names in their order, in words."""
    from keystage.measures.changes.reasons import REASONS

    return "; ".join(reason.words for reason in REASONS if reason.name in names)


def _published(one: "FigureDiffering") -> str:
    if one.old_published is None and one.new_published is None:
        return ""
    return f"{one.old_published or 'blank'} → {one.new_published or 'blank'}"


def _differs(one: "FigureDiffering") -> bool:
    return not one.change.same or bool(one.cell)


def _plain(value: "Fraction | float | None", *, sign: bool = False) -> str:
    """A number to four decimals; nothing where there is none."""
    if value is None:
        return ""
    text = f"{float(value):{'+' if sign else ''}.4f}".rstrip("0").rstrip(".")
    return "0" if text in {"+0", "-0"} else text


def _say_of_folders(found: "Difference") -> None:
    if not found.pupils_known:
        say("A folder holds no pupils: give both pupil files to see whose results changed.")


def _as_json(found: "Difference", school: int) -> dict[str, object]:
    return {
        "school": school,
        "old": found.old.name,
        "new": found.new.name,
        "pupils_known": found.pupils_known,
        "figures": [_figure_json(one) for one in found.of_school(school)],
    }


def _figure_json(one: "FigureDiffering") -> dict[str, object]:
    change = one.change
    return {
        "figure": change.field.name,
        "old": _exact(change.old),
        "new": _exact(change.new),
        "change": _exact(change.change),
        "old_published": one.old_published,
        "new_published": one.new_published,
        "cell": one.cell,
        "pupils": [
            {
                "old_upn": effect.old_upn,
                "new_upn": effect.new_upn,
                "old_line": effect.old_line,
                "new_line": effect.new_line,
                "effect": _exact(effect.effect),
                "of_pupil": _exact(effect.of_pupil),
                "of_rules": _exact(effect.of_rules),
                "reasons": [reason.name for reason in effect.reasons],
                "columns": [
                    {"column": name, "old": before, "new": after}
                    for name, before, after in effect.columns
                ],
            }
            for effect in change.effects
        ],
    }


def _exact(value: "Fraction | None") -> str | None:
    return None if value is None else f"{value.numerator}/{value.denominator}"
