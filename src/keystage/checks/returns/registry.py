"""What a check of returns is, and the list of all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from keystage.checks.returns.needs import Need, View
from keystage.checks.returns.setting import Setting

Rule = Callable[[str, Setting], pl.Expr | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCheck:
    """One check: its rule says, as an expression, which rows of a view fail in a field.

    ``message`` says what is wrong and ``todo`` how to put it right; both may name in braces columns
    of the view, {value} for the value of the field, {column} for the field, {rows} for a number of
    pupils, and values of the collection as {year}. ``why`` says why it matters and ``source``
    where the rule is from. ``fields`` are elements of the file as people see them, with the column
    of the view each stands in. ``needs`` is what the rule must be given beyond the files.
    ``form`` is the form of file the rule is about, if only one.
    """

    code: str
    view: View
    fields: Mapping[str, str]
    message: str
    why: str
    todo: str
    source: str
    needs: tuple[Need, ...]
    form: Literal["ctf", "sheet"] | None
    rule: Rule

    @property
    def name(self) -> str:
        """The rule's name."""
        return self.rule.__name__

    def fails(self, column: str, setting: Setting) -> pl.Expr | None:
        """What is true for failing rows of the view, and never null; None if it has no meaning."""
        fails = self.rule(column, setting)
        if fails is None:
            return None
        of_form = fails if self.form is None else fails & (pl.col("form") == self.form)
        return of_form.fill_null(value=False)

    @property
    def sentence(self) -> str:
        """What the check is for, in a sentence."""
        return (self.rule.__doc__ or "").partition("\n")[0]


_CHECKS: dict[str, ReturnCheck] = {}


def check(  # noqa: PLR0913  # each is a fact that every check must state
    code: str,
    *,
    view: View,
    fields: Mapping[str, str],
    message: str,
    why: str,
    todo: str,
    source: str,
    needs: tuple[Need, ...] = (),
    form: Literal["ctf", "sheet"] | None = None,
) -> Callable[[Rule], Rule]:
    """Declare the decorated rule a check (see `ReturnCheck`).

    The rule takes the column and the setting, and gives an expression of columns that is true for
    failing rows, or None where the check has no meaning for that column or year.

    Raises:
        ValueError: the code is taken.
    """

    def declare(rule: Rule) -> Rule:
        if code in _CHECKS:
            message_ = f"{code} is {_CHECKS[code].name} already"
            raise ValueError(message_)
        _CHECKS[code] = ReturnCheck(
            code=code,
            view=view,
            fields=fields,
            message=message,
            why=why,
            todo=todo,
            source=source,
            needs=needs,
            form=form,
            rule=rule,
        )
        return rule

    return declare


def declared() -> tuple[ReturnCheck, ...]:
    """Every check declared so far, by code; `run.return_checks` makes sure that all are."""
    return tuple(_CHECKS[code] for code in sorted(_CHECKS))


def check_of(code: str) -> ReturnCheck:
    """The check of a code that is declared."""
    return _CHECKS[code]
