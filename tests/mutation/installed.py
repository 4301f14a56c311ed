"""Put a mutated module in place of the one that is loaded, wherever its functions have been imported to."""

from __future__ import annotations

import ast
import gc
import sys
from collections import defaultdict
from types import FunctionType, ModuleType
from typing import Any


def install(tree: ast.Module, module: ModuleType, vocabulary: ModuleType | None = None) -> None:
    """Give every function of the module the code that it has in the tree, and every constant its value.

    *vocabulary*: the module whose functions a mutant may call by name, also where it was not imported from before.
    """
    known = vars(vocabulary) if vocabulary else {}
    names = {name: value for name, value in known.items() if isinstance(value, FunctionType)}
    for name, value in names.items():
        vars(module).setdefault(name, value)
    fresh: dict[str, Any] = {**names, "__name__": module.__name__, "__file__": module.__file__}
    exec(compile(ast.fix_missing_locations(tree), str(module.__file__), "exec"), fresh)
    now, then = _functions(vars(module), str(module.__file__)), _functions(fresh, str(module.__file__))
    assert now.keys() == then.keys(), "the loaded module is another one"
    for key, function in now.items():
        function.__code__ = then[key].__code__
        function.__defaults__, function.__kwdefaults__ = then[key].__defaults__, then[key].__kwdefaults__
    for name, value in fresh.items():
        if name in vars(module) and _is_constant(value) and vars(module)[name] != value:
            _replace(name, vars(module)[name], value)


def _functions(names: dict[str, Any], file: str) -> dict[tuple[str, int], FunctionType]:
    """The functions of a module, by their name and which of that name they are."""
    found: defaultdict[str, list[FunctionType]] = defaultdict(list)
    for thing in gc.get_objects():
        if type(thing) is FunctionType and thing.__globals__ is names and thing.__code__.co_filename == file:
            found[thing.__qualname__].append(thing)
    return {
        (name, number): function
        for name, functions in found.items()
        for number, function in enumerate(sorted(functions, key=lambda each: each.__code__.co_firstlineno))
    }


def _is_constant(value: object) -> bool:
    return not callable(value) and not isinstance(value, ModuleType)


def _replace(name: str, old: object, new: object) -> None:
    for module in list(sys.modules.values()):
        if isinstance(module, ModuleType) and name in vars(module) and vars(module)[name] is old:
            setattr(module, name, new)
