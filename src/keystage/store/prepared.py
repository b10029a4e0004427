"""Questions that are asked at every request: the ORM writes each once, a request sends its values.

Writing the SQL of a question takes many times as long as the database takes to answer it. What is
kept here is the text alone: every answer comes from the database at the moment of asking.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Expression, Field, IntegerField, Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)


class Given(Expression):
    """The place of a value in a question that is sent later."""

    def __init__(self, name: str, field: "Field[Any, Any]") -> None:
        """Name the value.

        Args:
            name: the keyword it is given by.
            field: what it is compared with, which knows how the database takes it.
        """
        super().__init__(output_field=field)
        self.name, self.field_of_value = name, field
        self._sent_as_it_is = _sent_as_it_is(getattr(field, "target_field", field))

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """The place, and itself as the value."""
        del compiler, connection
        return "%s", [self]

    def value(self, given: object, connection: BaseDatabaseWrapper) -> Any:
        """A value as the database takes it."""
        if type(given) is self._sent_as_it_is:
            return given
        return self.field_of_value.get_db_prep_value(given, connection, prepared=False)


def _sent_as_it_is(field: "Field[Any, Any]") -> type | None:
    """The type whose values every database takes as they are for a field; None for none."""
    if isinstance(field, CharField):
        return str
    return int if isinstance(field, IntegerField) else None


class Prepared(Generic[M]):
    """A question for rows of a model; asking it sends the values and reads the rows.

    It keeps to what `django.db.models.query.ModelIterable` does with the rows of a query.
    """

    def __init__(
        self,
        model: Callable[[], type[M]],
        ask: Callable[..., QuerySet[M, Any]],
        **given: "str | Field[Any, Any]",
    ) -> None:
        """Say how the ORM would ask.

        Args:
            model: the model, once models are ready.
            ask: gives the query; called once with a `Given` for each keyword.
            given: by keyword, the field that the value is compared with: its name in the model, or
                one like it.
        """
        self._model, self._ask, self._given = model, ask, given
        self._written: dict[str, _Written[M]] = {}

    def all(self, **values: object) -> list[M]:
        """The rows for these values.

        Args:
            values: by keyword.
        """
        connection = connections[DEFAULT_DB_ALIAS]
        return self._asked(connection).instances(values, connection)

    def values(self, **values: object) -> list[tuple[Any, ...]]:
        """The values of the rows, of a question that asks for values alone.

        Args:
            values: by keyword.
        """
        connection = connections[DEFAULT_DB_ALIAS]
        return [tuple(one) for one in self._asked(connection).converted(values, connection)]

    def first(self, **values: object) -> M | None:
        """The first row for these values; None if there is none."""
        return next(iter(self.all(**values)), None)

    def _asked(self, connection: BaseDatabaseWrapper) -> "_Written[M]":
        written = self._written.get(connection.vendor)
        if written is None:
            written = self._written[connection.vendor] = self._write()
        return written

    def _write(self) -> "_Written[M]":
        model = self._model()
        places = {
            name: Given(
                name,
                field if isinstance(field, Field) else model._meta.get_field(field),  # type: ignore[arg-type]  # noqa: SLF001  # one with a column
            )
            for name, field in self._given.items()
        }
        return _Written(self._ask(**places))


class _Written(Generic[M]):
    """A question as one kind of database takes it."""

    def __init__(self, query: QuerySet[M, Any]) -> None:
        compiler = query.query.get_compiler(using=query.db)
        try:
            self._sql, self._values = compiler.as_sql()
        except EmptyResultSet as error:
            raise ValueError("The question has no answer, whatever is asked.") from error
        self._converters = list(
            compiler.get_converters([one[0] for one in compiler.select or ()]).items()
        )
        self._reading = compiler.klass_info and _Instances(compiler, query.db)

    def converted(
        self, values: Mapping[str, object], connection: BaseDatabaseWrapper
    ) -> Iterator[list[Any]]:
        """The rows for these values, each value as Python has it."""
        sent: list[Any] = [
            one.value(values[one.name], connection) if isinstance(one, Given) else one
            for one in self._values
        ]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, sent)
            found: Sequence[Any] = cursor.fetchall()
        for kept in found:
            row = list(kept)
            for place, (converters, expression) in self._converters:
                for convert in converters:
                    row[place] = convert(row[place], expression, connection)
            yield row

    def instances(self, values: Mapping[str, object], connection: BaseDatabaseWrapper) -> list[M]:
        """The rows for these values as instances of the model."""
        assert self._reading is not None  # noqa: S101  # the question is for rows of a model
        return [self._reading.made(row) for row in self.converted(values, connection)]


class _Instances(Generic[M]):
    """How rows become instances of a model, with those that they point to."""

    def __init__(self, compiler: SQLCompiler, alias: str) -> None:
        select, info = compiler.select, compiler.klass_info
        assert select is not None  # noqa: S101  # the question was written
        assert info is not None  # noqa: S101  # it is for rows of a model
        own = info["select_fields"]
        self._own = slice(own[0], own[-1] + 1)
        self._names = [one[0].target.attname for one in select[self._own]]
        self._model: type[M] = info["model"]
        self._related = get_related_populators(info, select, alias)  # type: ignore[call-arg]  # the types are of a later version
        self._annotated: Mapping[str, int] = compiler.annotation_col_map or {}
        self._alias = alias

    def made(self, row: list[Any]) -> M:
        """The instance of a row."""
        made = self._model.from_db(self._alias, self._names, row[self._own])
        for one in self._related:
            one.populate(row, made)
        for name, place in self._annotated.items():
            setattr(made, name, row[place])
        return made
