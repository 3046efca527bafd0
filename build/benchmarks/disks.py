"""Disk images, beside qemu-img and a build of the initrd alone."""
import os
import subprocess

from .measuring import Work, compare, has, note, row
from .workspace import build, filled, manifest, path, quietly, written

ENDINGS = {"qcow2-efi": "-efi.qcow2", "dynamic-vhd": ".vhd", "vmdk": ".vmdk"}


@row("disks", "disks", "first build of disks, beside one of kernel+initrd alone")
def disks():
    filled()
    yml = manifest("system")
    compare([Work("first build, " + form, build(yml, "--format", form), filled().restore, [path("system" + ending)], "0.9 ×")
             for form, ending in ENDINGS.items()],
            Work("kernel+initrd", build(yml), filled().restore, written(yml)))


@row("disks", "vhd", "dynamic VHD, beside qemu-img")
def vhd():
    if not has("qemu-utils", "qemu-img"):
        return
    filled()
    yml = manifest("system")
    image, raw, other = path("system.vhd"), path("vhd.raw"), path("vhd.other")
    filled().restore()
    quietly(*build(yml, "--format", "dynamic-vhd")[1:])
    subprocess.run(["qemu-img", "convert", "-f", "vpc", "-O", "raw", image, raw], check=True)
    convert = ["qemu-img", "convert", "-f", "raw", "-O", "vpc", "-o", "subformat=dynamic", raw, other]
    compare([Work("dynamic VHD, initrd not changed", build(yml, "--format", "dynamic-vhd"), outputs=[image])],
            Work("qemu-img", convert, outputs=[other]))
    note("  its size", f"{100 * os.path.getsize(image) / os.path.getsize(other):.1f} % of qemu-img's", "100 %")
