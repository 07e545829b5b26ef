"""script/prove mutation [MODULE … | again FILE]: how many small faults put into patients/clinical its tests notice.

Each mutant changes one thing: a comparison, a number, and / or / not, an operator, a condition, a returned value, a
statement left out. It is run in a fork, against the tests that call the function it stands in, quickest first, until
one fails. A fault inside a function is put into the collected session; one in a table, in a class or in a function that
the tables call is imported afresh. Words, codes and messages are not changed. Prints the figures and what survived as
JSON; no database, one core. `again FILE`: only what survived in such a print, after tests were added.
"""

import ast
import copy
import gc
import importlib
import json
import os
import re
import resource
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, FunctionType

import hypothesis
import pytest

HOME = Path(__file__).resolve().parents[2]
ROOM, TESTS = "patients.clinical", "tests/clinical"
PURE = [
    "-p",
    "no:terminal",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:django",
    "-p",
    "no:playwright",
    "-p",
    "no:xdist",
    "--noconftest",
]
PURE += ["-c", os.devnull, "--rootdir", str(HOME), "--import-mode", "importlib"]
LONGEST_SECONDS, MOST_BYTES = 120, 4 * 1024**3

COMPARED = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
RECKONED = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}
NUMBER = re.compile(r"-?\d+(\.\d+)?")
# What says where a number comes from, not what it is.
SAID = {"Ground", "_said", "Field", "_not", "Path", "compile"}


@dataclass(frozen=True)
class Mutant:
    """One fault: where it stands, and the statement's module as it then is."""

    module: str
    function: str
    line: int
    before: str
    after: str
    tree: ast.Module

    @property
    def name(self) -> tuple[str, str, str]:
        return f"{self.module.rpartition('.')[2]}:{self.line}", self.before, self.after

    @property
    def code(self) -> CodeType:
        return compile(self.tree, str(path_of(self.module)), "exec")


def path_of(module: str) -> Path:
    return HOME / (module.replace(".", "/") + ".py")


def _numbers(node: ast.Constant) -> Iterator[object]:
    """Other values of a constant: one more, one less; the last digit of a number written as text."""
    value = node.value
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1)
    elif isinstance(value, float):
        yield from (value * 1.01, value * 0.99)
    elif isinstance(value, str) and NUMBER.fullmatch(value):
        places = len(value.partition(".")[2])
        step = 10**-places
        yield from (f"{float(value) + step:.{places}f}", f"{float(value) - step:.{places}f}")


def _with_part(node: ast.AST, **parts) -> ast.AST:
    """A node with other parts."""
    other = copy.copy(node)
    for name, value in parts.items():
        setattr(other, name, value)
    return other


def _of_expressions(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in place of an expression."""
    match node:
        case ast.Compare():
            for at, op in enumerate(node.ops):
                if type(op) in COMPARED:
                    yield _with_part(node, ops=[*node.ops[:at], COMPARED[type(op)](), *node.ops[at + 1 :]])
        case ast.BoolOp():
            yield _with_part(node, op=ast.And() if isinstance(node.op, ast.Or) else ast.Or())
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand
        case ast.BinOp() if type(node.op) in RECKONED:
            yield _with_part(node, op=RECKONED[type(node.op)]())
        case ast.Constant():
            yield from (ast.Constant(value) for value in _numbers(node))
        case ast.Call(func=ast.Name(id=name)) if name in SWAPPED:
            yield _with_part(node, func=ast.Name(SWAPPED[name], ast.Load()))
        case ast.IfExp(test=test) if not isinstance(test, ast.Compare):
            yield _with_part(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.comprehension():
            for at, test in enumerate(node.ifs):
                if not isinstance(test, ast.Compare):
                    turned = ast.UnaryOp(ast.Not(), test)
                    yield _with_part(node, ifs=[*node.ifs[:at], turned, *node.ifs[at + 1 :]])


def _of_statements(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in place of a statement."""
    match node:
        case ast.If(test=test) | ast.While(test=test) if not isinstance(test, ast.Compare):
            yield _with_part(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.Return(value=ast.expr() as value):
            if not (isinstance(value, ast.Constant) and value.value is None):
                yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call()) | ast.Raise():
            yield ast.Pass()
        case ast.Continue():
            yield ast.Break()
        case ast.AugAssign() if type(node.op) in RECKONED:
            yield _with_part(node, op=RECKONED[type(node.op)]())


def _is_said(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        return name in SAID
    return isinstance(node, ast.keyword) and node.arg in ("source", "tag")


def _places(tree: ast.Module) -> Iterator[tuple[list, str, ast.AST, bool]]:
    """Every node that may be changed: its way from the root, the outermost function it is in, itself, whether said."""

    def walk(node: ast.AST, way: list, function: str, owner: str, said: bool):
        for name, value in ast.iter_fields(node):
            if name in ("decorator_list", "annotation", "returns", "type_params"):
                continue
            if isinstance(node, ast.FunctionDef) and not function and name == "args":
                continue_in = ""  # defaults are read when the module is imported
            else:
                continue_in = function
            children = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
            for at, child in children:
                if not isinstance(child, ast.AST):
                    continue
                inside, within = continue_in, owner
                if isinstance(child, ast.ClassDef) and not function:
                    within = f"{owner}{child.name}."
                if isinstance(child, ast.FunctionDef) and not function:
                    inside = f"{owner}{child.name}"
                here = [*way, (name, at)]
                said_here = said or _is_said(child)
                yield here, inside if not isinstance(child, ast.FunctionDef) else function, child, said_here
                if isinstance(child, ast.FunctionDef) and not function:
                    yield from walk_function(child, here, inside, within, said_here)
                else:
                    yield from walk(child, here, inside, within, said_here)

    def walk_function(node: ast.FunctionDef, way: list, function: str, owner: str, said: bool):
        for at, default in [*enumerate(node.args.defaults), *enumerate(node.args.kw_defaults)]:
            if default is not None:
                name = "defaults" if default in node.args.defaults else "kw_defaults"
                here = [*way, ("args", None), (name, at)]
                yield here, "", default, said
                yield from walk(default, here, "", owner, said)
        for at, statement in enumerate(node.body):
            here = [*way, ("body", at)]
            yield here, function, statement, said
            yield from walk(statement, here, function, owner, said)

    yield from walk(tree, [], "", "", False)


def _with(tree: ast.Module, way: list, other: ast.AST) -> ast.Module:
    """The tree with another node at the end of a way. Only the nodes on the way are new."""

    def put(node: ast.AST, rest: list) -> ast.AST:
        if not rest:
            return ast.copy_location(other, node)
        (name, at), *rest = rest
        new = copy.copy(node)
        value = getattr(node, name)
        if at is None:
            setattr(new, name, put(value, rest))
        else:
            items = list(value)
            items[at] = put(items[at], rest)
            setattr(new, name, items)
        return new

    return ast.fix_missing_locations(put(tree, way))


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def mutants_of(module: str) -> Iterator[Mutant]:
    """Every fault that can be put into a module."""
    tree = ast.parse(path_of(module).read_text(encoding="utf-8"))
    for way, function, node, said in _places(tree):
        if _is_docstring(node) or (said and isinstance(node, ast.Constant)):
            continue
        for other in (*_of_expressions(node), *_of_statements(node)):
            line = getattr(node, "lineno", None) or next((n.lineno for n in ast.walk(node) if hasattr(n, "lineno")), 0)
            before, after = (_short(one) for one in (node, other))
            yield Mutant(module, function, line, before, after, _with(tree, way, other))


def _short(node: ast.AST) -> str:
    text = ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).splitlines()[0]
    return text if len(text) <= 90 else text[:87] + "…"


# ── running ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Mutated(SourceFileLoader):
    """Loads one module from a fault."""

    code: CodeType

    def get_code(self, fullname):
        return self.code


class FindMutated:
    """Finds the one module that is at fault."""

    def __init__(self, mutant: Mutant):
        self.mutant = mutant

    def find_spec(self, name, path=None, target=None):
        if name != self.mutant.module:
            return None
        loader = Mutated(name, str(path_of(name)))
        loader.code = self.mutant.code
        return spec_from_file_location(name, path_of(name), loader=loader)


def in_a_fork(work) -> int:
    """The exit code of what is done in a child: 0 nothing noticed, else noticed; a child that dies noticed."""
    child = os.fork()
    if child == 0:
        quiet = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(quiet, stream)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(LONGEST_SECONDS)
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
        try:
            os._exit(work())
        except BaseException:
            os._exit(3)
    _pid, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


class Session:
    """The collected tests of clinical/, who calls which function, how long each takes; then the faults one by one."""

    def __init__(self, modules: list[str], only: frozenset[tuple[str, str, str]] = frozenset()):
        self.modules, self.only = modules, only
        self.calls: dict[str, dict[int, tuple[str, str]]] = {}
        self.seconds: dict[str, float] = {}
        self.killers: Counter[tuple[str, str, str]] = Counter()
        self.survivors: list[Mutant] = []
        self.figures: dict[str, Counter[str]] = defaultdict(Counter)
        self.failed = False
        self.stop_at_failure = False

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed = True

    def pytest_collection_modifyitems(self, items):
        items[:] = [item for item in items if "run_alone" not in item.function.__code__.co_names]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        if session.testsfailed:
            raise session.Interrupted("the tests cannot be collected")
        self.items = {item.nodeid: item for item in session.items}
        self.measure()
        self.at_import = called_at_import()
        functions = live_functions()
        for module in self.modules:
            for mutant in mutants_of(module):
                if not self.only or mutant.name in self.only:
                    self.try_one(mutant, functions)
            sys.stderr.write(f"{module} {dict(self.figures[module])}\n")
        return True

    def run(self, item, following=None) -> None:
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)

    def measure(self) -> None:
        """Each test alone: the functions of clinical/ it calls, its seconds. All must pass."""
        folder = str(HOME / ROOM.replace(".", "/"))
        for name, item in self.items.items():
            seen: set[tuple[str, str]] = set()

            def note(frame, event, argument, seen=seen):
                if event == "call" and frame.f_code.co_filename.startswith(folder):
                    seen.add((Path(frame.f_code.co_filename).stem, outermost(frame.f_code.co_qualname)))

            started = time.perf_counter()
            sys.setprofile(note)
            try:
                self.run(item)
            finally:
                sys.setprofile(None)
            self.seconds[name] = time.perf_counter() - started
            self.calls[name] = seen
            if self.failed:
                raise SystemExit(f"without a fault this fails: {name}")

    def try_one(self, mutant: Mutant, functions: dict) -> None:
        stem = mutant.module.rpartition(".")[2]
        where = (stem, mutant.function)
        count = self.figures[mutant.module]
        count["mutants"] += 1
        if mutant.function and where not in self.at_import:
            names = [name for name, seen in self.calls.items() if where in seen]
            names.sort(key=lambda name: (-self.killers[(*where, name)], self.seconds[name]))
            code = next((one for one in codes_in(mutant.code) if one.co_qualname == mutant.function), None)
            ended = in_a_fork(lambda: self.notice(names, functions[where], code, where))
        else:
            callers = (name for name, seen in self.calls.items() if any(module == stem for module, _name in seen))
            files = sorted({name.partition("::")[0] for name in callers})
            ended = in_a_fork(lambda: fresh(mutant, files, self.seconds))
        if ended == 0:
            self.survivors.append(mutant)
            sys.stderr.write("{}  {}  ->  {}\n".format(*mutant.name))
            count["survived"] += 1
        elif ended == -signal.SIGALRM:
            count["too_long"] += 1
        else:
            count["killed"] += 1

    def notice(self, names: list[str], live: list[FunctionType], code: CodeType, where: tuple) -> int:
        for function in live:
            function.__code__ = code
        for module in list(sys.modules.values()):
            if getattr(module, "__name__", "").startswith(ROOM):
                for one in list(vars(module).values()):
                    if hasattr(one, "cache_clear"):
                        one.cache_clear()
        for name in names:
            self.run(self.items[name])
            if self.failed:
                return 1
        return 0


def outermost(qualified: str) -> str:
    return qualified.partition(".<locals>")[0]


def codes_in(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from codes_in(one)


def live_functions() -> dict[tuple[str, str], list[FunctionType]]:
    """The functions of clinical/ as they are called now, by module and name."""
    folder = str(HOME / ROOM.replace(".", "/"))
    found = defaultdict(list)
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__code__.co_filename.startswith(folder):
            found[Path(one.__code__.co_filename).stem, one.__code__.co_qualname].append(one)
    return found


def called_at_import() -> set[tuple[str, str]]:
    """The functions that tables call while they are imported: their faults need a fresh import."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        seen: set[tuple[str, str]] = set()
        folder = str(HOME / ROOM.replace(".", "/"))

        def note(frame, event, argument):
            if event == "call" and frame.f_code.co_filename.startswith(folder):
                seen.add((Path(frame.f_code.co_filename).stem, outermost(frame.f_code.co_qualname)))

        forget()
        sys.setprofile(note)
        for file in sorted((HOME / ROOM.replace(".", "/")).glob("*.py")):
            importlib.import_module(f"{ROOM}.{file.stem}" if file.stem != "__init__" else ROOM)
        sys.setprofile(None)
        os.write(write, json.dumps(sorted(seen)).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        told = json.loads(pipe.read())
    os.waitpid(child, 0)
    return {tuple(one) for one in told}


def forget() -> None:
    """What was imported of clinical/ and of its tests is forgotten."""
    for name in [name for name in sys.modules if name.startswith((ROOM, "tests.clinical"))]:
        del sys.modules[name]


class Quickest:
    """Runs the quickest first and stops at the first that fails."""

    def __init__(self, seconds: dict[str, float]):
        self.seconds = seconds

    def pytest_collection_modifyitems(self, items):
        items[:] = [item for item in items if "run_alone" not in item.function.__code__.co_names]
        items.sort(key=lambda item: self.seconds.get(item.nodeid, 0))


def fresh(mutant: Mutant, files: list[str], seconds: dict[str, float]) -> int:
    """A session of its own that imports the fault. Nothing collected, or an import that fails, is noticed."""
    forget()
    sys.meta_path.insert(0, FindMutated(mutant))
    return int(pytest.main([*PURE, "-x", *files], plugins=[Quickest(seconds)]))


def main(asked: list[str]) -> None:
    hypothesis.settings.register_profile("mutation", derandomize=True, database=None, deadline=None)
    hypothesis.settings.load_profile("mutation")
    stems, only = asked, frozenset()
    if asked[:1] == ["again"]:
        kept = json.loads(Path(asked[1]).read_text(encoding="utf-8"))["survived"]
        only = frozenset((one["at"], one["before"], one["after"]) for one in kept)
        stems = sorted({at.partition(":")[0] for at, _before, _after in only})
    stems = stems or sorted(p.stem for p in (HOME / ROOM.replace(".", "/")).glob("*.py") if p.stem != "__init__")
    session = Session([f"{ROOM}.{stem}" for stem in stems], only)
    started = time.monotonic()
    ended = pytest.main([*PURE, TESTS], plugins=[session])
    figures = {module: dict(count) for module, count in session.figures.items()}
    total = sum(map(Counter, figures.values()), Counter())
    survived = [dict(zip(("at", "before", "after"), one.name, strict=True)) for one in session.survivors]
    noticed = total["killed"] + total["too_long"]
    told = {
        "mutants": total["mutants"],
        "noticed": noticed,
        "per_cent": round(100 * noticed / max(1, total["mutants"]), 1),
        "minutes": round((time.monotonic() - started) / 60, 1),
        "modules": figures,
        "survived": survived,
    }
    sys.stdout.write(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    sys.exit(int(ended))


if __name__ == "__main__":
    main(sys.argv[1:])
