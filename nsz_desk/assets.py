"""Find the files of `resources/`: icons, forms, the style sheet, the WSDL, help pages.

A wheel carries them inside the package; in a checkout (and an editable install) they stand beside it.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "resources"
_ROOT = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent / "resources"


def asset(name: str) -> Path:
    """Find one file or folder by its path below `resources/`, such as `icons/check.svg`.

    Raises:
        FileNotFoundError: there is none; the program was not put together as it should be.
    """
    path = _ROOT / name
    if not path.exists():
        raise FileNotFoundError(f"The program's file {name} is missing from {_ROOT}.")
    return path
