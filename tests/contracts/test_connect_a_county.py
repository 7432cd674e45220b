"""The document that connects a county, tried as a new user would: its very commands, a fresh folder, a real MariaDB.

The folder is the one that a first start makes, as every test of the whole site begins with it.
"""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import OUTPUT, ROOT, free_port
from tests.site import lay_out, wait_for

pytestmark = [pytest.mark.once, pytest.mark.slow(60)]

PAGES = ("connect-a-county.md", "connect-a-county.zh-CN.md")
# The one line that the document asks its reader to change.
OWN_LINE = re.compile(r"^export ZIYANG_URL='[^']+'$")


def commands_of(page: str) -> list[str]:
    """Return the commands of a page's code blocks, one a block."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.DOTALL)
    return [block.strip() for block in blocks]


def test_both_languages_have_the_same_ten_commands() -> None:
    english, chinese = map(commands_of, PAGES)
    assert english == chinese
    assert len(english) == 10
    assert all("\n" not in command for command in english)
    assert sum(bool(OWN_LINE.match(command)) for command in english) == 1


@pytest.fixture
def installation(tmp_path: Path, new_database: Callable[[str], str]) -> Iterator[dict[str, str]]:
    """The environment of a user: the folder of a first start, a free port, an empty database of the county."""
    if not (ROOT / ".venv" / "bin" / "yichuang").exists():
        pytest.skip("the project is not set up in its own folder: make set-up-dev")
    lay_out(tmp_path / "var")
    yield {
        **{key: value for key, value in os.environ.items() if key not in {"YICHUANG_DATABASE_URL", "PYTHONPATH"}},
        "YICHUANG_VAR": str(tmp_path / "var"),
        "PORT": str(free_port()),
        # The rest of the demonstration would keep the machine busy beside the ten commands.
        "YICHUANG_FILL": "no",
        "COUNTY": new_database("mariadb"),
    }


def test_ten_commands_take_a_county_from_nothing_to_supervised(installation: dict[str, str], tmp_path: Path) -> None:
    start, *others = commands_of(PAGES[0])
    OUTPUT.mkdir(parents=True, exist_ok=True)
    log = OUTPUT / "connect-a-county.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            ["bash", "-c", start], cwd=ROOT, env=installation, stdout=output, stderr=output, start_new_session=True
        )
    try:
        wait_for(server, int(installation["PORT"]), log)
        said = _second_terminal(others, installation, tmp_path)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)
    mapping = (tmp_path / "ziyang.yaml").read_text(encoding="utf-8")
    assert "preset: up-pro" in mapping
    assert 'url: "${ZIYANG_URL}"' in mapping
    assert "charset: gb18030" in mapping
    assert "p@ss" not in "".join(said) + mapping
    assert "可以接入" in said[3]
    assert "入账200件" in said[5]
    assert "county-ziyang" in said[6]
    assert " = " in said[7]
    assert "超过承诺时限" in said[8]
    counted = re.search(r"共 (\d+) 条", said[8])
    assert counted is not None
    print(f"findings of the county: {counted[1]}")
    assert int(counted[1]) >= 20
    assert "紫阳县" in said[8]


def _second_terminal(commands: list[str], environment: dict[str, str], folder: Path) -> list[str]:
    """Run the commands in one shell after another, as one terminal would, and return what each printed."""
    own, said = dict(environment), []
    (folder / ".venv").symlink_to(ROOT / ".venv")
    for command in commands:
        if OWN_LINE.match(command):
            own["ZIYANG_URL"] = environment["COUNTY"]
            said.append("")
            continue
        began = time.monotonic()
        done = _run(command, own, folder)
        print(f"{time.monotonic() - began:6.1f} s  {command}")
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        said.append(done.stdout)
    return said


def _run(command: str, environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
