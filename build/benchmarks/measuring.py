"""The rows of the table, and how a row is measured."""
import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field

RUNS = int(os.environ.get("RUNS", "5"))
HEADING = f"\n{'':44} {'wall':>8} {'':15} {'CPU':>8} {'memory':>10}   {'as fast':24} {'CPU':9} goal"
GROUPS = {}


def row(group, name, about, asked=False):
    """Registers a function that measures a row. Rows that are only measured if asked for are not part of all rows."""

    def register(function):
        GROUPS.setdefault(group, {})[name] = (about, asked, function)
        return function

    return register


def chosen(names):
    """Returns the functions of the rows and groups with these names, separated by commas."""
    every = {name: function for rows in GROUPS.values() for name, (_, _, function) in rows.items()}
    if not names:
        return [function for rows in GROUPS.values() for _, asked, function in rows.values() if not asked]
    functions = []
    for name in names.split(","):
        if name in every:
            functions.append(every[name])
        elif name in GROUPS:
            functions += [function for _, asked, function in GROUPS[name].values() if not asked]
        else:
            sys.exit(f"bench: no such row: {name}\nList them with `make bench ROWS=help`.")
    return list(dict.fromkeys(functions))


@dataclass
class Work:
    """A command, what is done before each run without being timed, and the files that it writes."""

    name: str
    args: list
    prepare: object = lambda: None
    outputs: list = field(default_factory=list)
    goal: str = ""


@dataclass
class Figures:
    walls: list = field(default_factory=list)
    cpus: list = field(default_factory=list)
    memory: float = 0

    def wall(self):
        return statistics.median(self.walls)


def run(work, figures):
    # Replacing a file makes the system flush the new one to disk, which must not be measured.
    for path in work.outputs:
        shutil.rmtree(path) if os.path.isdir(path) else os.path.exists(path) and os.remove(path)
    work.prepare()
    before = time.monotonic()
    child = subprocess.Popen(work.args, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    message = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    figures.walls.append(time.monotonic() - before)
    figures.cpus.append(usage.ru_utime + usage.ru_stime)
    figures.memory = max(figures.memory, usage.ru_maxrss / 1024)
    if status != 0:
        sys.exit(f"{' '.join(work.args)}: status {status}\n{message.decode(errors='replace')}")


def seconds(value):
    return f"{value:6.3f} s" if value < 1 else f"{value:6.2f} s"


def write(name, figures, ratio="", goal=""):
    walls = figures.walls
    noise = f"({min(walls):.2f}–{max(walls):.2f})"
    print(f"{name:44} {seconds(figures.wall())} {noise:15} {seconds(statistics.median(figures.cpus))} {figures.memory:6.0f} MiB"
          f"   {ratio:34} {goal}".rstrip(), flush=True)


def note(name, value, goal=""):
    print(f"{name:44} {value:34} {'':46} {goal}".rstrip(), flush=True)


def alone(name, args, prepare=lambda: None, goal="", outputs=(), runs=0):
    """Measures a command that is compared with nothing, and returns its figures."""
    figures = Figures()
    for _ in range(runs or RUNS):
        run(Work(name, args, prepare, outputs), figures)
    write(name, figures, goal=goal)
    return figures


def ratios(mine, theirs):
    """Returns text: how many times as fast the first is, and how many times less CPU it takes."""
    walls, cpus = ([b / max(a, 1e-3) for a, b in zip(*pair)] for pair in ((mine.walls, theirs.walls), (mine.cpus, theirs.cpus)))
    ratio = f"{statistics.median(walls):5.2f} × ({min(walls):.2f}–{max(walls):.2f})"
    return f"{ratio:24} {statistics.median(cpus):5.2f} ×"


def compare(ours, other, runs=0, also=()):
    """Runs commands and another one in turn, and writes how many times as fast as the other each is, and how many times less CPU it
    takes. Without the other, writes those of the commands alone. With further ones, the line of each says how our first command
    compares with it."""
    works = [*ours, *([other] if other else []), *also]
    figures = {id(work): Figures() for work in works}
    for _ in range(runs or RUNS):
        for work in works:
            run(work, figures[id(work)])
    for work in ours:
        mine = figures[id(work)]
        write(work.name, mine, ratios(mine, figures[id(other)]) if other else "", work.goal)
    if other:
        write("  " + other.name, figures[id(other)])
    for work in also:
        write("  " + work.name, figures[id(work)], ratios(figures[id(ours[0])], figures[id(work)]), work.goal)
    return [figures[id(work)] for work in works]


def has(package, *programs):
    """Returns whether programs are installed; if not, says which package has them."""
    if all(shutil.which(program) for program in programs):
        return True
    print(f"{', '.join(programs):44} not installed: {package}", flush=True)
    return False
