"""Every environment variable that a deployable reads is explained in `.env.example`."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.unit.architecture.tree import PRODUCT, ROOT, Module, modules

pytestmark = pytest.mark.unit

EXAMPLE = ROOT / ".env.example"


def documented() -> dict[str, str]:
    """Return the variables of `.env.example`, each with the comment above its block."""
    found: dict[str, str] = {}
    comment = ""
    for line in EXAMPLE.read_text().splitlines():
        if line.startswith("# ") and not re.match(r"# [A-Z0-9_]+=", line):
            comment = line
        elif match := re.match(r"(?:# )?([A-Z][A-Z0-9_]*)=", line):
            found[match[1]] = comment
        elif not line:
            comment = ""
    return found


def read_by(module: Module) -> Iterator[str]:
    """Yield the names that a module reads: settings fields, and literal look-ups."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and "BaseSettings" in map(_name, node.bases):
            yield from _fields(node)
        elif isinstance(node, ast.Subscript) and _name(node.value) == "environ":
            yield from _literal(node.slice)
        elif isinstance(node, ast.Call) and _is_look_up(node.func) and node.args:
            yield from _literal(node.args[0])


def _fields(settings: ast.ClassDef) -> Iterator[str]:
    for node in settings.body:
        if isinstance(node, ast.AnnAssign):
            yield _alias(node.value) or _name(node.target).upper()


def _alias(value: ast.expr | None) -> str | None:
    if isinstance(value, ast.Call):
        for keyword in value.keywords:
            if keyword.arg in {"alias", "validation_alias"}:
                return next(_literal(keyword.value), None)
    return None


def _is_look_up(function: ast.expr) -> bool:
    if _name(function) == "getenv":
        return True
    return isinstance(function, ast.Attribute) and _name(function.value) == "environ"


def _literal(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def test_every_variable_that_is_read_is_explained() -> None:
    explained = documented()

    silent = {
        f"{module.path}: {name}"
        for module in modules(*PRODUCT)
        for name in read_by(module)
        if not explained.get(name)
    }

    assert silent == set()


def test_the_example_holds_no_secret() -> None:
    values = dict(re.findall(r"^([A-Z0-9_]+)=(.*)$", EXAMPLE.read_text(), re.MULTILINE))
    secrets = {name: value for name, value in values.items() if re.search("KEY$|TOKEN$", name)}

    assert secrets
    assert set(secrets.values()) == {""}


def test_settings_and_look_ups_are_both_found() -> None:
    text = (
        "class S(BaseSettings):\n    a_url: str\n    b: str = Field(alias='B_URL')\n"
        "os.environ['C']\nos.environ.get('D')\nos.getenv('E')\n"
    )

    names = read_by(Module(path="", text=text, tree=ast.parse(text)))

    assert sorted(names) == ["A_URL", "B_URL", "C", "D", "E"]
