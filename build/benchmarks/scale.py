"""How time and memory grow with the number of containers and of files."""
from .linuxkit import theirs
from .measuring import Work, alone, compare, row
from .workspace import GO, PULLED, State, build, component, components, filled, manifest, pull, pulled, written


def grow(title, name, services, goals):
    """Measures a first build of services after a pull, beside LinuxKit if it is there, and an unchanged one."""
    pulled().restore()
    pull(PULLED, services)
    state, yml = State(PULLED), manifest(name, ["program", *services])
    work = Work(f"{title}, after a pull", build(yml, store=PULLED), state.restore, written(yml), goals[0])
    compare([work], theirs(yml) if GO else None)
    alone("  unchanged", build(yml, store=PULLED), goal=goals[1])


@row("scale", "containers", "10, 100 and 300 containers of 2 MB")
def containers():
    filled()
    many = [f"container{i}" for i in range(300)]
    components(many, 2)
    for count, goals in ((10, ("", "")), (100, ("", "")), (300, ("as long each as for 100", "0.25 s"))):
        grow(f"{count} containers", f"containers{count}", many[:count], goals)


# Those whose writers keep something of each file. A build needs more if it makes boot loaders from packages as well.
FORMATS = ("tar", "kernel+squashfs", "kernel+erofs", "iso-bios")


def small_files(count, goals):
    filled()
    component(f"files{count}", small=count)
    name = f"files{count}"
    grow(f"an image of {count:,} files", f"files-{count}", [name], goals)
    state, yml = State(PULLED), manifest(f"files-{count}", ["program", name])
    for form in FORMATS:
        line = build(yml, "--format", form, store=PULLED)
        alone(f"  {form}", line, state.restore, goals[0], written(yml, form), runs=1)
    filled().restore()


@row("scale", "files", "images of 10,000, 100,000 and 300,000 files, in several formats")
def files():
    small_files(10_000, ("", ""))
    small_files(100_000, ("", ""))
    small_files(300_000, ("300 MiB", ""))


@row("scale", "million", "an image of 1,000,000 files", asked=True)
def million():
    small_files(1_000_000, ("1 GiB", ""))
