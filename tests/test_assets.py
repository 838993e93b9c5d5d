"""The program finds its files, from the checkout and from a wheel, and its icons can be drawn."""

import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nsz_desk.assets import asset

ROOT = Path(__file__).parents[1]
ICONS = sorted(path.name for path in asset("icons").glob("*.svg"))
NAMED_BY_THE_DESIGN = {
    "arrows", "check", "chevron-down", "chevron-right", "clock", "close", "cloud", "cross", "database", "document",
    "external", "flask", "history", "lock", "minus", "play", "question", "refresh", "search", "shield", "stop",
    "warning",
}  # fmt: skip


@pytest.fixture(scope="module")
def unpacked_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder a wheel of this checkout unpacks to."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    built = subprocess.run([*command, "--wheel-dir", folder, ROOT], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("nsz_desk-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_a_wheel_carries_every_resource(unpacked_wheel: Path) -> None:
    """What stands in resources/ stands in the wheel, byte for byte, and so does the marker that types are given."""
    for path in (ROOT / "resources").rglob("*"):
        if path.is_file():
            packed = unpacked_wheel / "nsz_desk" / "resources" / path.relative_to(ROOT / "resources")
            assert packed.read_bytes() == path.read_bytes()
    assert (unpacked_wheel / "nsz_desk" / "py.typed").exists()


def test_an_installed_program_finds_its_own_resources(unpacked_wheel: Path, tmp_path: Path) -> None:
    """From a wheel, asset() answers the wheel's own file and not the checkout's."""
    code = "from nsz_desk.assets import asset; print(asset('icons/check.svg'))"
    found = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(unpacked_wheel)!r}); {code}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(found.stdout.strip()) == (unpacked_wheel / "nsz_desk" / "resources" / "icons" / "check.svg").resolve()


def test_a_missing_asset_is_named() -> None:
    """Asking for a file that does not exist says which one."""
    with pytest.raises(FileNotFoundError, match=r"icons/unicorn\.svg"):
        asset("icons/unicorn.svg")


def test_the_icons_of_the_design_are_there() -> None:
    """Every icon that the screens use exists."""
    assert {Path(name).stem for name in ICONS} >= NAMED_BY_THE_DESIGN


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_has_one_size_and_takes_its_colour_from_outside(name: str) -> None:
    """An icon is drawn on 16 by 16 in `currentColor` alone, so that each theme can colour it."""
    text = asset(f"icons/{name}").read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)  # noqa: S314 - our own file
    assert root.get("viewBox") == "0 0 16 16"
    colours = {node.get(kind) for node in root.iter() for kind in ("fill", "stroke")} - {None, "none"}
    assert colours == {"currentColor"}


@pytest.mark.parametrize("name", ICONS)
@pytest.mark.usefixtures("qapp")
def test_qt_can_draw_an_icon(name: str) -> None:
    """QtSvg draws something on the middle of the icon's square and nothing over its edge."""
    from PySide6.QtCore import QByteArray, QRectF
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    text = asset(f"icons/{name}").read_text(encoding="utf-8").replace("currentColor", "#000000")
    renderer = QSvgRenderer(QByteArray(text.encode()))
    image = QImage(64, 64, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, 64, 64))
    painter.end()
    inked = {(x, y) for x in range(64) for y in range(64) if image.pixelColor(x, y).alpha()}
    assert len(inked) > 100
    assert not any(edge in (0, 63) for point in inked for edge in point)
