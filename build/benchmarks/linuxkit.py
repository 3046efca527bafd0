"""The same builds as LinuxKit's own program does them, in turn. Both read images that were pulled from one registry."""
import functools
import json
import os
import subprocess

from .measuring import Work, compare, row
from .images import index, layer, put
from .workspace import BUILT, GO, IMAGES, PLATFORM, PULLED, State, build, filled, manifest, path, pull, pulled, quietly, tag, written

ALL = "  modules: [all]\n"


def present(work):
    """Returns whether there is a program to compare with; if not, says so."""
    if not GO:
        print(f"{work + ', beside LinuxKit':44} LINUXKIT_GO is not set", flush=True)
    return GO


def theirs(yml, form="kernel+initrd"):
    """Returns LinuxKit's build of a manifest, after it has pulled the images."""
    folder, store = path("theirs"), path("theirs.cache")
    os.makedirs(folder, exist_ok=True)
    args = [os.path.abspath(GO), "-q", "build", "--cache", store, "--format", form, "--dir", folder, yml]
    subprocess.run(args, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return Work("LinuxKit", args, outputs=[os.path.join(folder, os.path.basename(file)) for file in written(yml, form)])


def ours(name, yml, form, state, goal, store=PULLED):
    return Work(name, build(yml, "--format", form, store=store), state.restore, written(yml, form), goal)


@row("linuxkit", "initrd", "kernel+initrd after a pull and after `pkg build`, beside LinuxKit")
def initrd():
    if present("kernel+initrd"):
        pulled()
        system, complete = manifest("system"), manifest("complete", kernel=ALL)
        form = "kernel+initrd"
        compare([ours("kernel+initrd, after a pull", system, form, pulled(), "3 ×, 150 MiB"),
                 ours("  the same, all modules as LinuxKit has", complete, form, pulled(), ""),
                 ours("kernel+initrd, after `pkg build`", system, form, filled(), "4 ×", BUILT)], theirs(system))


@row("linuxkit", "tar", "tar after a pull with the same content, beside LinuxKit")
def tar():
    if present("tar"):
        pulled()
        compare([ours("tar, all modules, after a pull", manifest("complete", kernel=ALL), "tar", pulled(), "2 ×"),
                 ours("  the same, after `pkg build`", manifest("complete", kernel=ALL), "tar", filled(), "", BUILT)],
                theirs(manifest("system"), "tar"))


@row("linuxkit", "gzip-layers", "kernel+initrd and tar of layers compressed with gzip, beside LinuxKit")
def gzip_layers():
    if present("gzip layers"):
        state, system = recompressed(), manifest("gzip", organisation="gzip")
        complete = manifest("complete-gzip", organisation="gzip", kernel=ALL)
        store = state.store
        compare([ours("kernel+initrd, gzip layers, after a pull", system, "kernel+initrd", state, "3 ×", store)], theirs(system))
        compare([ours("tar, gzip layers, all modules, after a pull", complete, "tar", state, "2 ×", store)], theirs(system, "tar"))


@functools.cache
def recompressed():
    """Compresses the layers of the system with gzip, pushes the images, and pulls them. Returns the store's state."""
    pulled()
    folder, store = path("gzip.layout"), path("gzip.cache")
    blobs = os.path.join(PULLED, "blobs/sha256")

    def content(digest):
        with open(os.path.join(blobs, digest.split(":")[1]), "rb") as f:
            return f.read()

    with open(os.path.join(PULLED, "index.json")) as f:
        listed = {entry["annotations"]["org.opencontainers.image.ref.name"]: entry for entry in json.load(f)["manifests"]}
    named = []
    for name in IMAGES:
        image = json.loads(content(listed[tag(name)]["digest"]))
        image = json.loads(content(image["manifests"][0]["digest"])) if "manifests" in image else image
        image["config"] = put(folder, image["config"]["mediaType"], content(image["config"]["digest"]))
        for i, descriptor in enumerate(image["layers"]):
            command = f"zstd -dcq '{os.path.join(blobs, descriptor['digest'].split(':')[1])}' | gzip -6n"
            image["layers"][i] = layer(folder, lambda f: subprocess.run(["sh", "-c", command], check=True, stdout=f))
        root = put(folder, image["mediaType"], json.dumps(image).encode())
        root["platform"] = dict(zip(("os", "architecture"), PLATFORM.split("/")))
        # LinuxKit's store keeps an image only as an index; it fetches others again at each build.
        images = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [root]}
        named.append((f"docker.io/linuxkit/{name}:1", put(folder, images["mediaType"], json.dumps(images).encode())))
    index(folder, named)
    for name in IMAGES:
        quietly("--cache", folder, "cache", "push", "--remote-name", tag(name, "gzip"), f"linuxkit/{name}:1")
    pull(store, IMAGES, "gzip")
    return State(store)
