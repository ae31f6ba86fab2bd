"""What the repository's files may say."""

import ast
import re
import subprocess

from .sources import ROOT, SOURCES, files, place, tree

# Addresses where packages are fetched, and folders of somebody's machine. Put together here, so as not to name them.
FORBIDDEN = re.compile(
    "|".join(
        [
            "pypi" + r"\.org",
            "pythonhosted" + r"\.org",
            "registry" + r"\.npmjs",
            "registry" + r"\.yarnpkg",
            "npm" + "mirror",
            "tuna" + r"\.tsinghua",
            "deb" + r"\.debian\.org",
            "archive" + r"\.ubuntu\.com",
            "/" + "root/",
            r"(?<![\w}>.])/" + r"home/\w",
            r"(?<![\w}>.])/" + r"Users/\w",
            "/" + "work/",
            "/" + "opt/pypi",
        ]
    )
)
MARKS_LEFT_BEHIND = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "HA" + "CK"]))
LONGEST_MODULE = 400  # 300 is the aim
LONGEST_FUNCTION = 70  # 20 is the aim, seldom 40


def tracked_texts():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in listed.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file():
            try:
                yield name, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def test_no_file_names_a_registry_or_somebodys_machine():
    found = [f"{name}: {match.group(0)}" for name, text in tracked_texts() for match in FORBIDDEN.finditer(text)]
    assert not found, "\n".join(found)


def test_nothing_is_left_for_later():
    found = [
        f"{name}: {match.group(0)}"
        for name, text in tracked_texts()
        if name.endswith((".py", ".html", ".css", ".js", ".typ"))
        for match in MARKS_LEFT_BEHIND.finditer(text)
    ]
    assert not found, "\n".join(found)


def test_every_requirement_of_a_lock_has_hashes_and_no_address():
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text()
        assert "://" not in text, lock.name
        pinned = re.findall(r"^[A-Za-z0-9_.\[\]-]+==", text, re.MULTILINE)
        assert pinned
        assert len(re.findall(r"==[^\n]*\\\n    --hash=sha256:", text)) == len(pinned), lock.name


def test_both_locks_agree():
    def versions(name):
        return dict(re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==(\S+)", (ROOT / name).read_text(), re.MULTILINE))

    running, testing = versions("requirements.lock"), versions("requirements-test.lock")
    assert running.items() <= testing.items()


def test_modules_and_functions_stay_readable():
    long = [
        f"{file.relative_to(ROOT)}: {lines} lines"
        for file in files()
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    ]
    long += [
        f"{place(file, node)} {node.name}: {lines} lines"
        for file in files()
        for node in ast.walk(tree(file))
        if isinstance(node, ast.FunctionDef) and (lines := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert not long, "\n".join(long)


def test_pages_bring_no_script_or_style_inside_them():
    inside = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|<style\b|\sstyle=|\son[a-z]+=\"|\|\s*safe\b"
    )
    found = [
        f"{file.relative_to(ROOT)}: {match.group(0)}"
        for file in SOURCES.rglob("templates/**/*.html")
        if "mail" not in file.parts  # programs that read mail know no style sheets
        for match in inside.finditer(file.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)
