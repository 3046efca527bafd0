"""Root file systems beside those that Debian's tools make of the same tree, all with default options.

The tools read a tree that lies ready; the command builds it from images, and makes a kernel and a first stage, too. For EROFS, there
is a second ratio: to what a user does who has images and not a tree, which is to unpack their layers by tar for mkfs.erofs."""
import functools
import os
import shlex
import subprocess

from .builds import four
from .measuring import Work, compare, has, note, row
from .workspace import BUILT, PULLED, State, build, filled, layers, manifest, path, quietly

PACKAGE = {"squashfs": "squashfs-tools", "erofs": "erofs-utils", "iso": "xorriso"}
PROGRAM = {"squashfs": "mksquashfs", "erofs": "mkfs.erofs", "iso": "xorriso"}


@functools.cache
def tree(yml, state):
    """Unpacks the tree of a system, and returns its folder."""
    folder = path(os.path.basename(yml) + ".tree")
    state.restore()
    image = path("tree-squashfs.img")
    quietly(*build(yml, "--format", "kernel+squashfs", "--name", "tree", store=state.store)[1:])
    subprocess.run(["unsquashfs", "-no-progress", "-d", folder, image], check=True, stdout=subprocess.DEVNULL)
    return folder


@functools.cache
def prepared(yml, state, other):
    """Returns the state of a store in which everything but the root file system was made: by a build of another one."""
    state.restore()
    quietly(*build(yml, "--format", "kernel+" + other if other != "iso" else other, store=state.store)[1:])
    return State(state.store)


def unpacked(yml, store, tool, folder):
    """Returns a command that unpacks the layers of a system's images into a new folder, each image into its own, before a tool reads
    the tree that lies ready: that of the same system, with the modules that are left of the kernel's image."""
    lines = ["set -e", f"rm -rf {folder}"]
    for number, image in enumerate(layers(yml, store)):
        lines.append(f"mkdir -p {folder}/{number}")
        lines += [f"tar -xf {layer} -C {folder}/{number}" for layer in image]
    return ["sh", "-c", "\n".join([*lines, shlex.join(tool)])]


def beside(form, goal, size="", compression="", system=None, title=""):
    """Measures one root file system."""
    if not has(PACKAGE[form], PROGRAM[form]) or not has("squashfs-tools", "unsquashfs"):
        return
    yml, state = system or (manifest("system"), filled())
    folder, other = tree(yml, state), path(form + ".other")
    image = path(os.path.basename(yml).removesuffix(".yml") + (".iso" if form == "iso" else f"-{form}.img"))
    flags = ["--format", "iso" if form == "iso" else "kernel+" + form]
    if compression:
        flags += [f"--{form}-compression", compression]
    tool = {
        "squashfs": ["mksquashfs", folder, other, "-quiet", "-no-progress", "-noappend", *(["-comp", compression] if compression else [])],
        "erofs": ["mkfs.erofs", "--quiet", *(["-z" + compression] if compression else []), other, folder],
        "iso": ["xorriso", "-as", "mkisofs", "-quiet", "-R", "-J", "-V", "LinuxKit", "-o", other, folder],
    }[form]
    title = title or " ".join(filter(None, [form, compression]))
    compare([Work(title, build(yml, *flags, store=state.store), prepared(yml, state, "erofs" if form == "squashfs" else "squashfs").restore,
                  [image], goal)], Work(PROGRAM[form], tool, outputs=[other]),
            also=[Work("tar, then " + PROGRAM[form], unpacked(yml, state.store, tool, path("unpacked")), outputs=[other], goal="1.0 ×")]
            if form == "erofs" and has("zstd", "zstd") else [])
    note("  its size", f"{100 * os.path.getsize(image) / os.path.getsize(other):.1f} % of {PROGRAM[form]}'s", size)


@row("roots", "squashfs", "squashfs with gzip, beside mksquashfs")
def squashfs():
    beside("squashfs", "4 ×", "103 %", "gzip")


@row("roots", "squashfs-zstd", "squashfs with zstd, beside mksquashfs")
def squashfs_zstd():
    beside("squashfs", "2 ×", "103 %", "zstd")


@row("roots", "erofs", "EROFS, beside mkfs.erofs")
def erofs():
    beside("erofs", "0.77 ×")


@row("roots", "erofs-lz4", "EROFS with lz4, beside mkfs.erofs")
def erofs_lz4():
    beside("erofs", "0.77 ×", compression="lz4")


@row("roots", "erofs-large", "EROFS of four times as much, plain and with lz4, beside mkfs.erofs")
def erofs_large():
    for compression in ("", "lz4"):
        beside("erofs", "1.0 ×", "", compression, four(), f"erofs {compression}".strip() + ", four times as much")


@row("roots", "iso", "ISO image, beside xorriso")
def iso():
    beside("iso", "1.0 ×")
