"""Pull and push beside skopeo, and the list of a large store."""
import functools
import os
import shutil
import subprocess

from . import workspace
from .images import image, index
from .measuring import Work, alone, compare, has, row
from .workspace import path, pulled, registry, tag

NAME = "docker.io/library/large:1"
SKOPEO = ["skopeo", "--insecure-policy", "copy", "-q"]


@functools.cache
def source(layers):
    """Makes an image of 300 MB, and returns the folder of its layout."""
    folder = path(f"source{layers}")
    image(folder, NAME, layers, 300)
    return folder


def push(layers, title, goal):
    if not has("skopeo", "skopeo"):
        return
    address, folder = registry(), source(layers)
    content = os.path.join(path("registry"), "content/docker/registry/v2")
    blobs = os.listdir(os.path.join(folder, "blobs/sha256"))

    def forget():
        shutil.rmtree(os.path.join(content, "repositories/a"), ignore_errors=True)
        for blob in blobs:
            shutil.rmtree(os.path.join(content, "blobs/sha256", blob[:2], blob), ignore_errors=True)

    ours = [workspace.LINUXKIT, "-q", "--cache", folder, "cache", "push", "--remote-name", address + "/a:1", "large:1"]
    theirs = [*SKOPEO, "--dest-tls-verify=false", f"oci:{folder}:{NAME}", f"docker://{address}/a:1"]
    compare([Work(title, ours, forget, goal=goal)], Work("skopeo", theirs, forget))


def pull(title, name, goal):
    if has("skopeo", "skopeo"):
        store, copy = path("large"), path("copied")
        compare([Work(title, [workspace.LINUXKIT, "-q", "--cache", store, "cache", "pull", name], outputs=[store], goal=goal)],
                Work("skopeo", [*SKOPEO, "--src-tls-verify=false", "docker://" + name, f"oci:{copy}:a"], outputs=[copy]))


def pull_large(layers, title):
    if has("skopeo", "skopeo"):
        name = f"{registry()}/b{layers}:1"
        subprocess.run([*SKOPEO, "--dest-tls-verify=false", f"oci:{source(layers)}:{NAME}", "docker://" + name], check=True)
        pull(title, name, "1.0 ×, CPU 0.77 ×")


@row("registries", "pull", "pull of 300 MB in ten layers and of the kernel, beside skopeo")
def pull_ten():
    pull_large(10, "pull, 300 MB in 10 layers")
    pulled()
    pull("pull, the kernel's image", tag("kernel"), "1.0 ×, CPU 0.77 ×")


@row("registries", "pull-large", "pull of 300 MB in one layer, beside skopeo")
def pull_one():
    pull_large(1, "pull, 300 MB in 1 layer")


@row("registries", "push", "push of 300 MB in ten layers, beside skopeo")
def push_ten():
    push(10, "push, 300 MB in 10 layers", "1.0 ×")


@row("registries", "push-large", "push of 300 MB in one layer, beside skopeo")
def push_one():
    push(1, "push, 300 MB in 1 layer", "1.0 ×")


@row("registries", "cache-ls", "list of a store with 1,000 images")
def cache_ls():
    folder = path("listed")
    root = image(folder, NAME, 1, 1)
    index(folder, [(f"docker.io/library/image{i}:1", root) for i in range(1000)])
    alone("cache ls, 1,000 images", [workspace.LINUXKIT, "--cache", folder, "cache", "ls"], goal="0.3 s")
