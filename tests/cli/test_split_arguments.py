"""What `allocate`, `link` and `unlink` take on the command line, before anything is opened."""

from decimal import Decimal

import pytest

from nsz_desk.cli.arguments import parse


def test_without_a_choice_both_commands_only_show() -> None:
    """They read, so that they take no lock."""
    assert parse(["allocate", "901"]).command == "allocation"
    assert parse(["link", "901"]).command == "candidates"


def test_parts_are_exact_and_may_be_named_together_or_one_by_one() -> None:
    """An invoice's number may hold an equals sign; the amount is what stands behind the last one."""
    args = parse(["allocate", "901", "--over", "INV-1=10.00", "a=b=0.01", "--over", "INV-3=5"])
    assert args.command == "allocate"
    assert args.over == [("INV-1", Decimal("10.00")), ("a=b", Decimal("0.01")), ("INV-3", Decimal(5))]


@pytest.mark.parametrize("part", ["INV-1", "=5", "INV-1=", "INV-1=1,000.00", "INV-1=١٢", "INV-1=0x10", "INV-1=1e3"])
def test_what_is_no_exact_amount_is_a_wrong_argument(part: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and a sentence; a thousands separator is never taken for a decimal point."""
    with pytest.raises(SystemExit) as stopped:
        parse(["allocate", "901", "--over", part])
    assert stopped.value.code == 2
    assert "is not INVOICE=AMOUNT" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["allocate", "901", "--strategy", "pro-rata", "--over", "INV-1=1"],
        ["allocate", "901", "--strategy", "by-feeling"],
        ["unlink", "901"],
        ["link"],
    ],
)
def test_what_contradicts_or_lacks_something_is_a_wrong_argument(words: list[str]) -> None:
    """A strategy and parts at once, an unknown strategy, an unlink without a reason, nothing named."""
    with pytest.raises(SystemExit) as stopped:
        parse(words)
    assert stopped.value.code == 2
