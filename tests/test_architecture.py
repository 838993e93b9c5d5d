"""The floor plan as a test: who may import whom, where libraries live, what the core may not touch, public docstrings.

The import contracts in pyproject.toml see indirect imports too; these tables are finer (module by module) and need only
the standard library. A folder or a library that stands in no row is refused.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

PACKAGE = Path(__file__).parents[1] / "nsz_desk"
ALL = ("",)
Row = TypeVar("Row")

# Which modules of ours a room may import beside its own; the longest matching row counts, here and below.
OURS: dict[str, tuple[str, ...]] = {
    "domain": (),
    "rules": ("domain",),
    "engine": ("rules", "domain"),
    "lanes": ("engine.ports", "domain"),
    "settings": ("domain",),
    "journal": ("engine.ports", "engine.evidence", "domain"),
    "exports": ("engine.ports", "engine.lists", "domain"),
    "gateways": ("engine.ports", "engine.survey", "engine.certificates", "settings.model", "domain"),
    "simulator": (),
    "ui": ("lanes", "engine", "rules", "domain", "settings.model", "assets"),
    "cli": ("lanes", "engine", "rules", "domain", "settings.model"),
    "assets": (),
    "assembly": ("lanes", "engine", "rules", "domain", "settings", "gateways", "journal"),
    "demo": ("cli", "engine", "rules", "domain", "settings", "simulator"),
    "connections": ("assembly", "settings", "gateways.netsuite.certificate", "engine", "domain"),
    "front": (
        "connections",
        "assembly",
        "demo",
        "settings",
        "gateways.netsuite.certificate",
        "engine.certificates",
        "engine.checks",
        "engine.doctor",
        "engine.doctor_probe",
        "engine.evidence",
        "journal.evidence",
        "domain",
        "ui.ports",
        "ui.front_door",
    ),
    "headless": ALL,
    "app": ALL,
    "__main__": ("app",),
    "__init__": (),
}

# Which libraries of others a module may import.
LIBRARIES: dict[str, set[str]] = {
    "settings": {"pydantic", "platformdirs", "tomli_w"},
    "settings.vault": {"pydantic", "platformdirs", "tomli_w", "keyring", "cryptography"},
    "journal": {"sqlalchemy"},
    "exports": {"xlsxwriter", "reportlab"},
    "exports.verify_pack": set(),  # a copy travels in every pack and runs anywhere
    "gateways": {"requests", "pydantic"},
    "gateways.http": {"requests", "urllib3", "pydantic"},  # urllib3 tells whether a byte left before requests failed
    "gateways.netsuite": {"requests", "pydantic", "zeep", "lxml"},
    "gateways.netsuite.certificate": {"pydantic", "cryptography"},
    "gateways.netsuite.oauth": {"requests", "pydantic", "zeep", "lxml", "cryptography"},
    "simulator": {"sqlglot", "cryptography"},
    "ui": {"PySide6", "numpy"},
    "ui.charts": {"PySide6", "numpy", "pyqtgraph"},
    "app": {"PySide6"},
}

# Chance, clocks, threads and the system come into the core through ports, or it could not be replayed.
PURE_ROOMS = ("domain", "rules", "engine")
IMPURE = (
    "time", "random", "uuid", "secrets", "threading", "concurrent", "multiprocessing", "asyncio",
    "socket", "os", "subprocess", "sqlite3", "http.client", "http.server", "urllib.request",
)  # fmt: skip
CLOCK_CALLS = {"now", "utcnow", "today"}


def modules() -> dict[str, Path]:
    """Every module by its name below nsz_desk; a package goes by its folder's name, the root by `__init__`."""
    names = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        names[".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)] = path
    return names


MODULES = modules()
SOURCES = {name: path.read_text(encoding="utf-8") for name, path in MODULES.items()}


def row(table: dict[str, Row], module: str) -> Row | None:
    """The table's row for a module: its own, else that of the nearest room around it."""
    while module and module not in table:
        module = module.rpartition(".")[0]
    return table.get(module)


def imports(tree: ast.AST) -> Iterator[tuple[ast.Import | ast.ImportFrom, str]]:
    """Each imported module with its full name; `from a import b` is a.b where that is a module of ours."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            for name in (f"{base}.{alias.name}" for alias in node.names):
                yield node, name if name.removeprefix("nsz_desk.") in MODULES else base


def inside(name: str, rooms: tuple[str, ...]) -> bool:
    """Whether a module lies in one of the rooms (`engine` holds `engine.ports`; the empty name holds all)."""
    return any(not room or name == room or name.startswith(f"{room}.") for room in rooms)


def wrong_neighbours(module: str, tree: ast.AST) -> Iterator[str]:
    """Imports of ours that the floor plan does not allow; the package itself holds but its version and is free."""
    room = module.partition(".")[0]
    if room not in OURS:
        yield f"{room} stands in no row of the floor plan"
        return
    for _, name in imports(tree):
        ours = name.removeprefix("nsz_desk.")
        if name == "nsz_desk" and room != "simulator":
            continue
        if name.partition(".")[0] == "nsz_desk" and not inside(ours, (room, *OURS[room])):
            yield f"{module} must not import {name}"


def wrong_libraries(module: str, tree: ast.AST) -> Iterator[str]:
    """Libraries of others that stand in no row for this module."""
    allowed = row(LIBRARIES, module) or set()
    for _, name in imports(tree):
        library = name.partition(".")[0]
        if library not in {"nsz_desk", *sys.stdlib_module_names, *allowed}:
            yield f"{module} must not import the library {library}"


def wrong_forms(module: str, tree: ast.Module) -> Iterator[str]:
    """Relative and star imports; Qt at the top of app, which would make the headless face need a display."""
    for node, _ in imports(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield f"{module} has a relative import in line {node.lineno}"
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            yield f"{module} has a star import in line {node.lineno}"
    if module in ("app", "headless"):
        at_start = ast.Module([n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)], [])
        window = ("PySide6", "nsz_desk.ui")
        early = [name for _, name in imports(at_start) if inside(name, window)]
        yield from (f"{module} imports {name} before a window is wanted" for name in early)


def impurities(module: str, tree: ast.AST) -> Iterator[str]:
    """Clocks, chance, threads and the system in the rooms that decide."""
    if not inside(module, PURE_ROOMS):
        return
    yield from (f"{module} must not import {n}" for _, n in imports(tree) if inside(n, IMPURE))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCK_CALLS and "date" in ast.unparse(node.value):
            yield f"{module} reads the clock in line {node.lineno}; ask the Clock port"


def undocumented(module: str, tree: ast.Module) -> Iterator[str]:
    """Public modules, classes, functions and methods without a docstring."""
    if not ast.get_docstring(tree):
        yield f"{module} has no docstring"
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            name = f"{module}.{node.name}"
            if isinstance(node, ast.ClassDef):
                yield from undocumented(name, ast.Module(node.body, []))
            elif not ast.get_docstring(node):
                yield f"{name} has no docstring"


def complaints(module: str, source: str) -> list[str]:
    """All that is wrong with one module."""
    tree = ast.parse(source)
    checks = (wrong_neighbours, wrong_libraries, wrong_forms, impurities, undocumented)
    return [complaint for check in checks for complaint in check(module, tree)]


def needs_at_start(source: str) -> set[str]:
    """Our modules that a module imports, late imports too, those for the type checker only not."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            node.body = []
    return {name.removeprefix("nsz_desk.") for _, name in imports(tree) if name.startswith("nsz_desk.")}


def in_a_cycle(needs: dict[str, set[str]]) -> set[str]:
    """The modules from which imports lead back to themselves."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        todo = [start]
        while todo:
            fresh = needs.get(todo.pop(), set()) - seen
            seen |= fresh
            todo += fresh
        return seen

    return {module for module in needs if module in reached(module)}


@pytest.mark.parametrize("module", SOURCES)
def test_a_module_keeps_to_the_floor_plan(module: str) -> None:
    """Neighbours, libraries, forms of import, purity and docstrings of every module are as the tables say."""
    assert complaints(module, SOURCES[module]) == []


def test_no_module_imports_itself_in_a_circle() -> None:
    """There are no import cycles, within a room or across rooms."""
    assert in_a_cycle({module: needs_at_start(source) for module, source in SOURCES.items()}) == set()


@pytest.mark.parametrize(
    ("module", "source", "complaint"),
    [
        ("ui.jobs", "import nsz_desk.gateways.http", "ui.jobs must not import nsz_desk.gateways.http"),
        ("simulator.world", "from nsz_desk import __version__", "simulator.world must not import nsz_desk"),
        ("attic.things", "", "attic stands in no row of the floor plan"),
        ("gateways.zuora.rest", "from lxml import etree", "gateways.zuora.rest must not import the library lxml"),
        ("ui.theme", "def f():\n    import pyqtgraph", "ui.theme must not import the library pyqtgraph"),
        ("cli", "from . import lanes", "cli has a relative import in line 1"),
        ("cli", "from json import *", "cli has a star import in line 1"),
        (
            "app",
            "from PySide6.QtWidgets import QApplication",
            "app imports PySide6.QtWidgets before a window is wanted",
        ),
        ("engine.runner", "import time", "engine.runner must not import time"),
        ("engine.runner", "from datetime import datetime\nx = datetime.now()", "reads the clock in line 2"),
        ("domain.money", '"""M."""\nclass A:\n    """A."""\n    def b(self): ...', "domain.money.A.b has no docstring"),
    ],
)
def test_a_planted_fault_is_reported(module: str, source: str, complaint: str) -> None:
    """Each check complains about a module written to break it."""
    assert complaint in " | ".join(complaints(module, source))


def test_a_planted_cycle_is_reported() -> None:
    """A circle over three modules is seen; a module that only leads into it is not blamed."""
    assert in_a_cycle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}, "e": set()}) == {"a", "b", "c"}
