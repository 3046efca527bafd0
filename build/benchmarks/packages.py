"""A component of Debian packages, beside mmdebstrap. Both fetch the packages from the archive of this machine's apt."""
import os
import shutil

from . import workspace
from .measuring import Work, compare, has, row
from .workspace import PLATFORM, path

PACKAGES = ["nginx", "openssh-server"]


@row("packages", "pkg-build", "`pkg build` of Debian packages, beside mmdebstrap")
def pkg_build():
    if not has("mmdebstrap", "mmdebstrap"):
        return
    folder, store, tree = path("debian"), path("debian.cache"), path("debian.tar")
    os.makedirs(folder)
    with open(os.path.join(folder, "build.yml"), "w") as f:
        f.write(f"image: debian\ndebian: {{suite: trixie, packages: [{', '.join(PACKAGES)}]}}\ncommand: [/usr/sbin/nginx]\n")
    line = [workspace.LINUXKIT, "-q", "--cache", store, "pkg", "build", "--platforms", PLATFORM, "--hash", "1", folder]
    theirs = ["mmdebstrap", "--quiet", "--variant=extract", "--include=" + ",".join(PACKAGES), "trixie", tree]
    compare([Work("pkg build, packages fetched", line, outputs=[store], goal="1.0 ×")], Work("mmdebstrap", theirs, outputs=[tree]))

    def again():
        for part in os.listdir(store):
            if part != "debian":
                file = os.path.join(store, part)
                shutil.rmtree(file) if os.path.isdir(file) else os.remove(file)

    compare([Work("pkg build, packages in the store", line, again)], None)
