"""Builds from a store as `pkg build` leaves it and as a pull leaves it, unchanged ones, and ones with a change."""
import functools
import os

from . import workspace
from .measuring import alone, note, row
from .workspace import PULLED, State, build, component, components, files, filled, manifest, pull, pulled, quietly, written

# All formats whose artefacts have distinct names.
FORMATS = ("kernel+initrd,kernel+squashfs,kernel+erofs,iso,iso-efi,iso-efi-initrd,uki,raw,raw-bios,raw-efi,qcow2-bios,qcow2-efi,"
           "aws,gcp,vhd,vhdx,vmdk,ova")


def first(title, yml, goals=("", ""), flags=(), outputs=()):
    """Measures a first build from each of the two stores."""
    alone(title, build(yml, *flags), filled().restore, goals[0], outputs)
    alone("  the same, after a pull", build(yml, *flags, store=PULLED), pulled().restore, goals[1], outputs)


@row("builds", "version", "the program's start")
def version():
    alone("version", [workspace.LINUXKIT, "version"], goal="100 ms of CPU", runs=15)


@row("builds", "first", "first build of kernel+initrd and tar")
def first_builds():
    filled()
    yml = manifest("system")
    first("first build, kernel+initrd", yml, ("1.2 s, 250 MB", "1.0 s, 150 MiB"), outputs=written(yml))
    first("first build, tar", yml, ("0.8 s", ""), ("--format", "tar"), written(yml, "tar"))


@row("builds", "unchanged", "build again without a change")
def unchanged():
    filled()
    yml = manifest("system")
    for form, goal in (("kernel+initrd", "0.12 s"), ("tar", "")):
        quietly(*build(yml, "--format", form)[1:])
        alone("unchanged, " + form, build(yml, "--format", form), goal=goal)


@row("builds", "unchanged-300", "build of 300 containers without a change")
def unchanged_many():
    many = [f"many{i}" for i in range(300)]
    filled()
    components(many)
    yml = manifest("many", many)
    quietly(*build(yml)[1:])
    alone("unchanged, 300 containers", build(yml), goal="0.25 s")


def changed(title, flags, goal):
    """Measures a build after one service was built again, and after a pull of one."""
    filled()
    component("changing", 5)
    yml = manifest("changed", ["program", "changing"])
    quietly(*build(yml, *flags)[1:])
    alone(title, build(yml, *flags), lambda: component("changing", 5), goal)

    pulled().restore()
    pull(PULLED, ["changing"])
    quietly(*build(yml, *flags, store=PULLED)[1:])

    def change():
        component("changing", 5)
        pull(PULLED, ["changing"])

    alone("  the same, after a pull", build(yml, *flags, store=PULLED), change, goal)


@row("builds", "changed", "build with one new service of 5 MB")
def one_service():
    changed("one new service of 5 MB", (), "0.45 s")


@row("builds", "formats", "every format in one build")
def formats():
    filled()
    first("first build, every format", manifest("system"), ("", "10 s, 400 MB"), ("--format", FORMATS))


@row("builds", "four-times", "a system of four times the size")
def four_times():
    yml, state = four()
    alone("first build, four times as much, after a pull", build(yml, store=PULLED), state.restore, "4 times as long, no more memory",
          written(yml))
    alone("unchanged, four times as much", build(yml, store=PULLED), goal="0.12 s")


@functools.cache
def four():
    """Pulls a system of four times the size, and returns its manifest and the store's state."""
    parts = ["part1", "part2", "part3"]
    filled()
    components(parts, 160)
    pulled().restore()
    pull(PULLED, parts)
    return manifest("four", ["program", *parts]), State(PULLED)


@row("builds", "disk-use", "size of a store after a pull and a build")
def disk_use():
    pulled().restore()
    quietly(*build(manifest("system"), store=PULLED)[1:])
    blobs, store = (sum(os.stat(file).st_blocks * 512 for file in files(folder)) for folder in (os.path.join(PULLED, "blobs"), PULLED))
    note("store after a pull and a build", f"{store / blobs:.2f} × its blobs of {blobs / 1e6:.0f} MB", "2 ×")


@row("gzip", "gzip-initrd", "initrds that are one gzip member, as LinuxKit writes them")
def gzip_initrds():
    filled()
    yml = manifest("system")
    flags = ("--initrd-compression", "gzip")
    first("first build, gzip initrd", yml, ("", ""), flags, written(yml))
    changed("one new service, gzip initrd", flags, "unchanged parts not compressed again")
