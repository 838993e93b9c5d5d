"""The printed protocol's tables, read as they stand, to compare the program's with."""

import re
from pathlib import Path

import pytest

from nsz_desk.engine.flow import Flow, Outcome

PRINTED = Path(__file__).parents[3] / "shared" / "reference" / "safety.md"


def printed_rows(title: str) -> dict[str, list[str]]:
    """A printed table by its chapter's title: state -> step and six cells, as they stand."""
    if not PRINTED.exists():
        pytest.skip("the printed protocol does not lie beside this checkout: the table was not compared")
    chapter = PRINTED.read_text().split(f"### {title}")[1].split("\n###")[0]
    rows = [line.strip().strip("|").split("|") for line in chapter.splitlines() if line.startswith("|")]
    return {cells[0].strip(): cells[1:] for cells in rows[2:]}


def names(cell: str) -> tuple[str, ...]:
    """The states a printed cell leads to, each once: without bold, reasons in parentheses and rule numbers."""
    plain = cell.replace("**", "")
    while (bare := re.sub(r"\s*\([^()]*\)", "", plain)) != plain:
        plain = bare
    return tuple(dict.fromkeys(part.strip() for part in plain.split(" / ")))


def unlike_the_printed(table: Flow, title: str) -> list[str]:
    """Every cell of the printed table that the program's leads elsewhere, and every step that writes or not."""
    found = []
    for state, (step, *cells) in printed_rows(title).items():
        row = table.moves[state]
        if row.writes != ("**" in step.replace("**and**", "and")):  # one bold word stresses, it writes nothing
            found.append(f"{state}: writes {row.writes}")
        for outcome, cell in zip(Outcome, cells, strict=True):
            ours = set(row.to.get(outcome, ("-",)))
            if ours != set(names(cell)):
                found.append(f"{state} on {outcome.value}: {ours} instead of {names(cell)}")
    return found
