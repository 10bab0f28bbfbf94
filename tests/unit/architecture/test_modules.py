"""Shape of modules and functions: what they say first, how long they are, how they are called."""

import ast
from collections.abc import Iterator

import pytest

from tests.unit.architecture.tree import CODE, Module, modules

pytestmark = pytest.mark.unit

LINES_OF_A_MODULE = 300
LINES_OF_A_FUNCTION = 40
POSITIONAL = 2
SHAPELESS = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}

# Longer than the limits, each with the reason. Generated migrations are not counted.
LONG_MODULES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}
# More than two positional parameters, each with the reason.
POSITIONAL_BY_CONTRACT = {
    "layers/core/python/aiconnected/db/listing.py:page": "asked as `Work.rows` is, of a work",
    "layers/core/python/aiconnected/outside/network.py:connect_tcp": "httpcore calls it so",
    "layers/core/python/aiconnected/outside/network.py:start_tls": "httpcore calls it so",
    "realtime/agent/receptionist.py:llm_node": "LiveKit's Agent calls it so",
}
BOUND_BY_NAME = "functions/chalicelib/routes/"  # Powertools binds a route's parameters by name

Function = ast.FunctionDef | ast.AsyncFunctionDef


def ours() -> list[Module]:
    """Return what the limits are for: code that is kept, not migrations that are never changed."""
    return [module for module in modules(*CODE) if "/migrations/" not in module.path]


def functions(module: Module) -> Iterator[tuple[str, Function]]:
    """Yield every function of a module with a name like `path:function`."""
    for node in ast.walk(module.tree):
        if isinstance(node, Function):
            yield f"{module.path}:{node.name}", node


def lines(function: Function) -> int:
    """Return the lines from `def` to the end, less those of the docstring."""
    first = function.body[0]
    length = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function) is not None:
        length -= (first.end_lineno or first.lineno) - first.lineno + 1
    return length


def positional(function: Function) -> int:
    """Return how many parameters may be given by position, without self or cls."""
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    return len([name for name in names if name not in {"self", "cls", "mcs"}])


def test_every_module_opens_with_what_it_owns() -> None:
    silent = [m.path for m in modules(*CODE, "tests") if not ast.get_docstring(m.tree)]

    assert silent == []


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    long = {m.path: n for m in ours() if (n := m.text.count("\n")) > LINES_OF_A_MODULE}

    assert {path: n for path, n in long.items() if path not in LONG_MODULES} == {}
    assert set(LONG_MODULES) <= set(long), "no longer long: take it off the list"


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        name: length
        for module in ours()
        for name, function in functions(module)
        if (length := lines(function)) > LINES_OF_A_FUNCTION
    }

    assert {name: n for name, n in long.items() if name not in LONG_FUNCTIONS} == {}
    assert set(LONG_FUNCTIONS) <= set(long), "no longer long: take it off the list"


def test_a_public_functions_parameters_beyond_two_are_keyword_only() -> None:
    wide = {
        name: count
        for module in ours()
        for name, function in functions(module)
        if (count := positional(function)) > POSITIONAL
        if not function.name.startswith("_") and not _overrides(function)
        if not module.path.startswith(BOUND_BY_NAME)
    }

    assert {name: n for name, n in wide.items() if name not in POSITIONAL_BY_CONTRACT} == {}
    assert set(POSITIONAL_BY_CONTRACT) <= set(wide), "no longer wide: take it off the list"


def _overrides(function: Function) -> bool:
    """Whether a base class of somebody else decides the parameters."""
    return any(
        isinstance(decorator, ast.Name) and decorator.id == "override"
        for decorator in function.decorator_list
    )


def test_modules_are_named_by_what_they_hold() -> None:
    shapeless = [
        module.path
        for module in modules(*CODE, "tests")
        if SHAPELESS & set(module.path.removesuffix(".py").replace("/", "_").split("_"))
    ]

    assert shapeless == []
