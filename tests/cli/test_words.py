"""The same sentences on both faces: the window says Finish, as its button does, the command line `recover`."""

import re
from pathlib import Path

import pytest

import nsz_desk
from nsz_desk.cli import output
from nsz_desk.cli.commands import result_json
from nsz_desk.domain.errors import Barred
from nsz_desk.engine.results import BatchResult, Result, RowResult

SOURCES = Path(nsz_desk.__file__).parent


@pytest.mark.parametrize("room", ["engine", "rules", "domain", "ui"])
def test_no_text_of_the_window_names_a_button_it_does_not_have(room: str) -> None:
    """Recover is a command's name; no text that the window may show speaks of it."""
    texts = [text for file in (SOURCES / room).rglob("*.py") for text in re.findall(r'"[^"\n]*"', file.read_text())]
    assert len(texts) > 40
    assert [text for text in texts if re.search(r"\bRecover\b", text)] == []


def test_a_command_names_itself_where_the_window_names_its_button(capsys: pytest.CaptureFixture[str]) -> None:
    """In results as text and as JSON, and in errors; names with that word in another form stay as they are."""
    row = RowResult("1", "CR-1", Result.IN_DOUBT, "", "open", "Open the period, then Finish.", None)
    assert result_json(BatchResult((row,), ""))["results"][0]["next_step"] == "Open the period, then `recover`."
    output.error(Barred("A run is open.", "Nothing was sent.", "Finish first."))
    assert "Next: `recover` first." in capsys.readouterr().err
    assert output.by_command("Finished Goods Ltd") == "Finished Goods Ltd"
