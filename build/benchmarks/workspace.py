"""The folder that everything is measured in: a store filled from pkg/, a registry, components, manifests, states of stores."""
import functools
import itertools
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import time

WORK = os.path.abspath("target/bench")
BUILT = os.path.join(WORK, "cache")
PULLED = os.path.join(WORK, "pulled")
PACKAGES = ("kernel", "init", "runc", "crun", "containerd", "sysctl", "dhcpcd", "getty", "first-stage", "syslinux", "systemd-boot")
SYSTEM = ("kernel", "init", "runc", "containerd", "sysctl")
IMAGES = (*SYSTEM, "program")
PLATFORM = "linux/" + {"x86_64": "amd64", "aarch64": "arm64"}[os.uname().machine]
GO = os.environ.get("LINUXKIT_GO")
LINUXKIT = None
servers = []
counter = itertools.count(1)


def begin(command):
    """Empties the folder. Debian's packages stay, so that they are not fetched again."""
    global LINUXKIT
    LINUXKIT = command
    debian, kept = os.path.join(BUILT, "debian"), os.path.join(os.path.dirname(WORK), "bench.debian")
    if os.path.isdir(debian):
        shutil.rmtree(kept, ignore_errors=True)
        os.rename(debian, kept)
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(BUILT)
    if os.path.isdir(kept):
        os.rename(kept, debian)


def end():
    for server in servers:
        server.terminate()
        server.wait()


def quietly(*args):
    """Runs the command for something that is not measured."""
    subprocess.run([LINUXKIT, "-q", *args], check=True, stdout=subprocess.DEVNULL)


def path(name):
    return os.path.join(WORK, name)


@functools.cache
def registry():
    """Starts a registry and returns its address, under which LinuxKit accepts plain HTTP."""
    if not shutil.which("docker-registry"):
        sys.exit("bench: not installed: docker-registry")
    folder = path("registry")
    os.makedirs(folder)
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    config = os.path.join(folder, "config.yml")
    with open(config, "w") as f:
        f.write(f"version: 0.1\nlog: {{level: error, accesslog: {{disabled: true}}}}\nstorage: {{filesystem: {{rootdirectory: {folder}/content}}}}\n"
                f"http: {{addr: '127.0.0.1:{port}', secret: none}}\n")
    servers.append(subprocess.Popen(["docker-registry", "serve", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
        time.sleep(0.05)
    return f"localhost:{port}"


@functools.cache
def filled():
    """Fills the store as `pkg build` leaves it, and the registry with the images of the system; returns the store's state."""
    print("filling a store from pkg/ …", flush=True)
    quietly("--cache", BUILT, "pkg", "build", "--platforms", PLATFORM, *(os.path.join("pkg", p) for p in PACKAGES))
    serve(SYSTEM)
    component("program", 25)
    return State(BUILT)


def serve(names):
    """Pushes images of the store to the registry, and gives them their names there in the store, too."""
    listed = subprocess.run([LINUXKIT, "--cache", BUILT, "cache", "ls"], check=True, capture_output=True, text=True).stdout
    found = {line.split(":")[0]: line.split()[0] for line in listed.splitlines() if "-amd64 " not in line and "-arm64 " not in line}
    for name in names:
        quietly("--cache", BUILT, "cache", "push", "--remote-name", tag(name), found["docker.io/linuxkit/" + name])
    pull(BUILT, names)


@functools.cache
def pulled():
    """Fills another store by pulling the system from the registry, and returns its state."""
    filled()
    pull(PULLED, IMAGES)
    return State(PULLED)


def pull(store, names, organisation="linuxkit"):
    quietly("--cache", store, "cache", "pull", *(tag(name, organisation) for name in names))


def tag(name, organisation="linuxkit"):
    return f"{registry()}/{organisation}/{name}:1"


def layers(yml, store):
    """Returns the blobs of the layers of a system's images, in order, with a list for each image."""

    def document(digest):
        with open(blob(digest)) as f:
            return json.load(f)

    def blob(digest):
        return os.path.join(store, "blobs", *digest.split(":"))

    with open(yml) as f:
        names = re.findall(r'image: "(.*)"|- "(.*)"', f.read())
    with open(os.path.join(store, "index.json")) as f:
        stored = {each.get("annotations", {}).get("org.opencontainers.image.ref.name"): each for each in json.load(f)["manifests"]}
    found = []
    for name in map("".join, names):
        image = document(stored[name]["digest"])
        if "manifests" in image:
            image = document(next(each["digest"] for each in image["manifests"] if each["platform"]["architecture"] == PLATFORM.split("/")[1]))
        found.append([blob(layer["digest"]) for layer in image["layers"]])
    return found


class State:
    """What a store has beside its blobs and packages at a moment, to put it back into that state before a run."""

    def __init__(self, store):
        self.store = store
        self.copy = f"{store}.{next(counter)}"
        shutil.copytree(store, self.copy, ignore=lambda folder, names: {"blobs", "debian"} & set(names) if folder == store else set())
        self.blobs = set(os.listdir(os.path.join(store, "blobs/sha256")))

    def restore(self):
        kept = {os.path.relpath(file, self.copy) for file in files(self.copy)}
        for file in files(self.store, {"blobs", "debian"}):
            if os.path.relpath(file, self.store) not in kept:
                os.remove(file)
        for name in kept:
            saved, file = os.path.join(self.copy, name), os.path.join(self.store, name)
            old, new = os.stat(saved), os.stat(file) if os.path.exists(file) else None
            if new and old.st_size == new.st_size and old.st_size >= 1 << 16:
                os.utime(file, ns=(old.st_atime_ns, old.st_mtime_ns))  # large files are named by their content
            elif not new or (old.st_size, old.st_mtime_ns) != (new.st_size, new.st_mtime_ns):
                os.makedirs(os.path.dirname(file), exist_ok=True)
                shutil.copy2(saved, file)
        folder = os.path.join(self.store, "blobs/sha256")
        for blob in set(os.listdir(folder)) - self.blobs:
            os.remove(os.path.join(folder, blob))


def files(folder, without=frozenset()):
    for parent, folders, names in os.walk(folder):
        if parent == folder:
            folders[:] = [name for name in folders if name not in without]
        yield from (os.path.join(parent, name) for name in names)


def program(file, megabytes):
    """Writes a file that compresses about as well as programs do, with new content at each call."""
    with open(file, "wb") as f:
        for _ in range(megabytes * 8):
            f.write(random.randbytes(1 << 16) + bytes(1 << 16))


def component(name, megabytes=0, small=0, store=None):
    """Makes an image and its name in the registry, replacing an earlier one, with a file of so many megabytes or so many small ones."""
    components([name], megabytes, small, store)


def components(names, megabytes=0, small=0, store=None):
    folders = [path("components/" + name) for name in names]
    for name, folder in zip(names, folders):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        with open(os.path.join(folder, "build.yml"), "w") as f:
            f.write(f"image: {name}\nfiles: [{{path: /data, source: data}}]\ncommand: [/data]\n")
        data = os.path.join(folder, "data")
        if not small:
            program(data, megabytes)
        for i in range(small):
            part = os.path.join(data, str(i // 100))
            if i % 100 == 0:
                os.makedirs(part)
            with open(os.path.join(part, f"file-{i}"), "wb") as f:
                f.write(random.randbytes(300) + bytes(700))
    quietly("--cache", store or BUILT, "pkg", "build", "--platforms", PLATFORM, "--org", registry() + "/linuxkit", "--hash", "1", "--force",
            "--push", *folders)
    shutil.rmtree(path("components"))


def manifest(name, services=("program",), organisation="linuxkit", kernel=""):
    """Writes the manifest that all rows use, about 150 MB, with these services."""
    images = f"{registry()}/{organisation}/"
    with open(path(name + ".yml"), "w") as f:
        f.write(f'kernel:\n  image: "{images}kernel:1"\n  cmdline: "console=ttyS0"\n{kernel}')
        f.write("init:\n" + "".join(f'  - "{images}{name}:1"\n' for name in ("init", "runc", "containerd")))
        f.write(f'onboot:\n  - name: sysctl\n    image: "{images}sysctl:1"\n')
        if services:
            f.write("services:\n" + "".join(f'  - name: {s}\n    image: "{images}{s}:1"\n' for s in services))
    return path(name + ".yml")


def build(yml, *flags, store=BUILT):
    return [LINUXKIT, "--cache", store, "build", *flags, "--dir", WORK, yml]


def written(yml, form="kernel+initrd"):
    """Returns the outputs of a build."""
    name = os.path.basename(yml).removesuffix(".yml")
    endings = {"kernel+initrd": ["-kernel", "-initrd.img", "-cmdline"], "tar": [".tar"]}
    return [path(name + ending) for ending in endings[form]]
