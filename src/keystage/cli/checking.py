"""``keystage checking``: the rules of the checking exercise, and what they would say."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keystage.cli import terminal
from keystage.core.errors import InputError, StatuteError

if TYPE_CHECKING:
    from keystage.flows.checking.book import RuleBook
    from keystage.flows.checking.deciding import Decision
    from keystage.flows.checking.reviewing import Reviewed
    from keystage.statute.checking import Checking, Rules

app = typer.Typer(
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="Show the rules of the checking exercise, and try them.\n\n"
    "keystage checking rules --year 2026\n\n"
    "What is not known always goes to a person, and every decision tells its steps.",
)
_Year = Annotated[int, typer.Option(help="The year of the results, such as 2026.")]
_File = Annotated[
    Path | None, typer.Option(help="Rules that are being edited, in the form of the year's file.")
]
_Json = Annotated[bool, typer.Option("--json", help="Write JSON.")]


@app.command("rules")
def rules_command(*, year: _Year, file: _File = None, as_json: _Json = False) -> None:
    """Show the rules of a year, or look through a file of edited ones.

    keystage checking rules --year 2026

    keystage checking rules --year 2026 --file checking.toml

    A file is told in full: what has to be corrected, what one should look at, and what differs from
    the shipped rules. Exits 2 when nothing is known of the year, 3 when the file cannot be read,
    and 4 when it has to be corrected.
    """
    from keystage.statute.checking_loader import load_checking

    shipped = load_checking(year)
    if file is None:
        if as_json:
            terminal.write_json(shipped)
            return
        _show(shipped)
        return
    _tell(_read(file, year), shipped)


@app.command("try")
def try_command(
    answers: Annotated[
        Path,
        typer.Argument(help='JSON: {"answers": {"left_on": "2026-05-12"}, "facts": {}}.'),
    ],
    *,
    year: _Year,
    reason: Annotated[str, typer.Option(help="The reason, such as home_education.")],
    file: _File = None,
    as_json: _Json = False,
) -> None:
    """Say what would become of a request, with every step.

    keystage checking try ANSWERS.json --year 2026 --reason home_education

    Answers are named as in the rules; dates are written 2026-05-12, and not_known is an answer.
    Facts are columns of the pupil's record. Exits 2 when there is no such reason, 3 when a file
    cannot be read, 4 when the rules have to be corrected, and 5 when nobody published any.
    """
    from keystage.flows.checking.book import rule_book
    from keystage.flows.checking.deciding import decide
    from keystage.statute.checking_loader import load_checking

    book = rule_book(load_checking(year)) if file is None else _read(file, year).book
    given, facts = _answers(answers)
    decision = decide(book, reason, given, facts)
    if as_json:
        terminal.write_json(decision)
        return
    _trace(book, reason, given, decision)


def _read(file: Path, year: int) -> "Reviewed":
    from keystage.flows.checking.reviewing import reviewed

    try:
        text = _content(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            "The file is no text in UTF-8.", where=str(file), todo="Save it as text in UTF-8."
        ) from None
    return reviewed(text, year, str(file))


def _content(path: Path) -> bytes:
    """What a file holds; why it cannot be read, in plain words."""
    from keystage.formats.files import cannot_open

    if path.is_dir():
        raise InputError("This is a folder, not a file.", where=str(path), todo="Name a file.")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(
            "There is no such file.", where=str(path), todo="Check its name and folder."
        ) from None
    except OSError as error:
        raise cannot_open(path, error) from error


def _answers(path: Path) -> tuple[dict[str, str], dict[str, str | None]]:
    import msgspec

    class Given(msgspec.Struct, forbid_unknown_fields=True):
        answers: dict[str, str] = {}
        facts: dict[str, str | None] = {}

    try:
        given = msgspec.json.decode(_content(path), type=Given)
    except msgspec.DecodeError as error:
        raise InputError(
            f"The answers cannot be read: {error}",
            where=str(path),
            todo='Write JSON such as {"answers": {"left_on": "2026-05-12"}, "facts": {}}.',
        ) from None
    return given.answers, given.facts


def _show(checking: "Checking") -> None:
    from keystage.flows.checking.book import in_words

    windows = checking.windows.windows if checking.windows else {}
    for window in windows.values():
        at = f", {window.closes_at:%H:%M}" if window.closes_at else ""
        terminal.say(
            f"{window.label}: {in_words(window.opens)} to {in_words(window.closes)}{at} "
            f"({checking.windows.confidence if checking.windows else ''})."
        )
    for name, absent in checking.absent.items():
        terminal.say(f"{name} not known: {absent.absent}.")
    if checking.rules is not None:
        _show_rules(checking.rules)


def _show_rules(rules: "Rules") -> None:
    from keystage.flows.checking.deciding import OUTCOMES

    listed = terminal.table(
        f"Rules, version {rules.version}", "reason", "branch", "if", "outcome", "graded"
    )
    for key, reason in rules.reasons.items():
        for branch in reason.branches:
            graded = branch.confidence or reason.confidence or rules.confidence
            when = branch.when or "otherwise"
            terminal.add_row(listed, key, branch.id, when, OUTCOMES[branch.outcome], graded)
    terminal.console().print(listed)


def _tell(found: "Reviewed", shipped: "Checking") -> None:
    from keystage.flows.checking.differing import differences_in_words

    for fault in found.faults:
        terminal.say(f"To correct: {fault.where}: {fault.what} {fault.todo}")
    for remark in found.remarks:
        terminal.say(f"To look at: {remark.where}: {remark.what} {remark.todo}".rstrip())
    if found.checking is not None:
        for sentence in differences_in_words(shipped, found.checking):
            terminal.say(f"Differs: {sentence}")
    if not found.sound:
        raise StatuteError(
            f"{terminal.counted(len(found.faults), 'fault')} to correct.",
            todo="The rules may not be published before.",
        )
    terminal.say("The rules are sound.")


def _trace(book: "RuleBook", reason: str, answers: dict[str, str], decision: "Decision") -> None:
    from keystage.flows.checking.deciding import OUTCOMES, RESULTS
    from keystage.flows.checking.forms import missing

    for tried in decision.trace:
        terminal.say(f"{tried.branch}: {RESULTS[tried.result]}")
        for step in tried.steps:
            terminal.say(f"{'  ' * (step.depth + 1)}{RESULTS[step.result]}: {step.sentence}")
    terminal.say(f"The request would be {OUTCOMES[decision.outcome]}. {decision.because}")
    if decision.waiting:
        terminal.say(f"Not known: {', '.join(decision.waiting)}.")
    for key in missing(book, reason, answers):
        terminal.say(f"To be answered before sending: {book.rules.questions[key].label}")
    for wanted in book.reason(reason).wanted:
        terminal.say(f"Good evidence: {wanted}.")
