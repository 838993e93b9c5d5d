"""Turns one SuiteQL statement into one of SQLite: parsed and checked as a tree, never as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import sqlglot
from sqlglot import exp
from sqlglot.dialects.oracle import Oracle
from sqlglot.errors import ErrorLevel, OptimizeError, SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope
from sqlglot.parsers.oracle import OracleParser

Schema = Mapping[str, Mapping[str, str]]  # table -> column -> number, text or date
MOST_IN_A_LIST = 1_000  # Oracle's limit for IN (…)
_OURS = {"TO_CHAR", "TO_DATE", "TO_TIMESTAMP", "TO_NUMBER", "TRUNC"}  # functions that the database is taught
_DATES = (exp.CurrentTimestamp, exp.CurrentDate)


class BadQuery(Exception):
    """The statement cannot be run; the text says why, as the service does."""


class SuiteQL(Oracle):
    """Oracle's dialect, with the date functions kept as they are written."""

    class Parser(OracleParser):
        """Reads a statement."""

        FUNCTIONS: ClassVar = {name: make for name, make in OracleParser.FUNCTIONS.items() if name not in _OURS}


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement for SQLite with parameters :p1, :p2, …; its columns' names, and which of them are bare dates.

    `rows` is a statement with as many rows, but cheaper.
    """

    sql: str
    rows: str
    columns: tuple[str, ...]
    dates: tuple[bool, ...]
    parameters: int


def translated(text: str, schema: Schema, hidden: Mapping[str, set[str]]) -> Statement:
    """Translate a query.

    `hidden` names per table the columns that only BUILTIN.DF and BUILTIN.CF reach. Raises BadQuery.
    """
    try:
        tree, count = _parsed(text)
        _check(tree, schema)
        tree = _rewritten(tree)
        typed: dict[str, object] = {table: dict(columns) for table, columns in schema.items()}
        qualified = qualify(tree, schema=typed, dialect="sqlite", expand_alias_refs=False, quote_identifiers=True)
        _resolve_builtins(qualified, hidden)
        return _finished(qualified, schema, count)
    except OptimizeError as exc:
        raise BadQuery(f"Search error occurred: {_unresolved(str(exc))}") from exc
    except SqlglotError as exc:
        raise BadQuery(f"Invalid or unsupported search: {str(exc).partition('.')[0]}") from exc
    except RecursionError as exc:
        raise BadQuery("Invalid or unsupported search: the statement is nested too deeply") from exc
    except AttributeError as exc:  # the library trips over some texts that are no statement
        raise BadQuery("Invalid or unsupported search: the statement cannot be read") from exc


def _parsed(text: str) -> tuple[exp.Query, int]:
    """The statement's tree, and how many parameters it has; they are numbered in the order of the text."""
    tokens = sqlglot.tokenize(text, dialect=SuiteQL)
    kinds = [token.token_type.name for token in tokens]
    if not kinds or kinds[0] not in ("SELECT", "WITH", "L_PAREN") or "SEMICOLON" in kinds[:-1]:
        raise BadQuery("Invalid or unsupported search: one SELECT is expected")
    marks = [token for token, kind in zip(tokens, kinds, strict=True) if kind == "PLACEHOLDER"]
    for number, mark in reversed(list(enumerate(marks, 1))):
        text = f"{text[: mark.start]}:p{number} {text[mark.start + 1 :]}"
    found = [one for one in sqlglot.parse(text, dialect=SuiteQL) if one is not None]
    if len(found) != 1 or not isinstance(found[0], exp.Query):
        raise BadQuery("Invalid or unsupported search: one SELECT is expected")
    return found[0], len(marks)


def _check(tree: exp.Query, schema: Schema) -> None:
    """Refuse what SuiteQL refuses; names become lower case."""
    if any(isinstance(one.args.get("limit"), exp.Limit) for one in tree.find_all(exp.Query)):
        raise BadQuery("Invalid or unsupported search: LIMIT is not supported")
    for name in list(tree.find_all(exp.Identifier)):
        name.set("this", name.name.lower())
        name.set("quoted", False)
    if any(len(one.expressions) > MOST_IN_A_LIST for one in tree.find_all(exp.In)):
        raise BadQuery(f"Invalid or unsupported search: at most {MOST_IN_A_LIST} expressions may stand in a list")
    own = {one.alias for one in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if table.name not in schema and table.name not in own:
            raise BadQuery(f"Search error occurred: Record '{table.name}' was not found.")


def _rewritten(tree: exp.Query) -> exp.Query:
    """Oracle's ways in SQLite's words: BUILTIN, '' (which is NULL), SYSDATE, days added to dates, ROWNUM."""
    for dot in list(tree.find_all(exp.Dot)):
        called = dot.expression
        if dot.this and dot.this.name == "builtin" and isinstance(called, exp.Anonymous):
            if called.name.upper() not in ("DF", "CF") or len(called.expressions) != 1:
                raise BadQuery(f"Invalid or unsupported search: BUILTIN.{called.name}")
            dot.replace(exp.Anonymous(this=f"NS_{called.name.upper()}", expressions=called.expressions))
    for literal in list(tree.find_all(exp.Literal)):
        if literal.is_string and not literal.name:
            literal.replace(exp.Null())
    for sum_ in list(tree.find_all(exp.Add, exp.Sub)):
        if isinstance(sum_.this, _DATES) or (isinstance(sum_.this, exp.Anonymous) and "TO_" in sum_.this.name.upper()):
            days = sum_.expression if isinstance(sum_, exp.Add) else exp.Neg(this=exp.paren(sum_.expression))
            sum_.replace(exp.Anonymous(this="NS_PLUS_DAYS", expressions=[sum_.this, days]))
    for now in list(tree.find_all(*_DATES)):
        now.replace(exp.Anonymous(this="NS_NOW"))
    for ordered in tree.find_all(exp.Ordered):
        if ordered.this.name == "id":  # is never NULL, and without a word about NULL its index serves
            ordered.set("nulls_first", not ordered.args.get("desc"))
    for select in list(tree.find_all(exp.Select)):
        _take(select)
    return tree


def _take(select: exp.Select) -> None:
    """Turn ROWNUM <= n of a WHERE into a limit; where that would not be the same, refuse."""
    where = select.args.get("where")
    for term in list(
        where.this.flatten() if where and isinstance(where.this, exp.And) else [where.this] if where else []
    ):
        if not isinstance(term, exp.LT | exp.LTE) or term.this.name != "rownum":
            continue
        if select.args.get("order") or select.args.get("group") or select.args.get("limit"):
            raise BadQuery(
                "Invalid or unsupported search: the simulator knows ROWNUM only without ORDER BY and GROUP BY"
            )
        most = (
            term.expression if isinstance(term, exp.LTE) else exp.Sub(this=term.expression, expression=exp.convert(1))
        )
        term.replace(exp.true())
        select.set("limit", exp.Limit(expression=most.copy()))


def _unresolved(text: str) -> str:
    """The vendor's words for an unknown column."""
    named = text.split("'")
    column = named[1] if len(named) > 1 else text.partition(": ")[2]
    return f"Field '{column}' was not found. Unknown identifier '{column}'."


def _resolve_builtins(tree: exp.Query, hidden: Mapping[str, set[str]]) -> None:
    """Let BUILTIN.DF(x) and CF(x) read the hidden column beside x, or x itself where there is none."""
    for scope in traverse_scope(tree):
        for column in scope.columns:
            call = column.parent
            if not isinstance(call, exp.Anonymous) or call.name not in ("NS_DF", "NS_CF"):
                continue
            source = scope.sources.get(column.table)
            beside = f"{column.name}__{call.name[3:].lower()}"
            if isinstance(source, exp.Table) and beside in hidden.get(source.name, ()):
                column.this.set("this", beside)
    for call in list(tree.find_all(exp.Anonymous)):
        if call.name in ("NS_DF", "NS_CF"):
            call.replace(call.expressions[0])


def _finished(tree: exp.Query, schema: Schema, count: int) -> Statement:
    """The statement as text, with the names of its columns; unnamed ones get names."""
    names, dates = [], []
    sources = {one.alias_or_name: one.name for one in tree.find_all(exp.Table)}
    for number, one in enumerate(tree.selects, 1):
        name, column = one.alias_or_name, one.unalias()
        names.append(f"expr{number}" if name.startswith("_col_") else name.removesuffix("__df").removesuffix("__cf"))
        known = schema.get(sources.get(column.table, ""), {}) if isinstance(column, exp.Column) else {}
        dates.append(known.get(column.name) == "date")
    sql, rows = (
        one.sql(dialect="sqlite", identify=True, unsupported_level=ErrorLevel.RAISE) for one in (tree, _bare(tree))
    )
    return Statement(sql, rows, tuple(names), tuple(dates), count)


def _bare(tree: exp.Query) -> exp.Query:
    """The same rows without their columns and their order; a statement that makes rows of rows stays as it is."""
    makes = ("distinct", "group", "having", "limit", "offset")
    if not isinstance(tree, exp.Select) or any(tree.args.get(name) for name in makes):
        return tree
    if any(one.find(exp.AggFunc, exp.Window) for one in tree.expressions):
        return tree
    bare = tree.copy()
    bare.set("expressions", [exp.convert(1)])
    bare.set("order", None)
    return bare
