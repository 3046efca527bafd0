"""Builds under a trust policy."""
import os
import statistics
import subprocess

from .measuring import Work, compare, note, row
from .workspace import BUILT, PLATFORM, build, path, quietly


@row("trust", "policy", "unchanged builds of twelve signed components, with a trust policy and without one")
def policy():
    names = [f"signed{i}" for i in range(12)]
    key, public = path("key.pem"), path("key.pub")
    subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key], check=True)
    subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-out", public], check=True)
    folders = [path(name) for name in names]
    for name, folder in zip(names, folders):
        os.makedirs(folder)
        with open(os.path.join(folder, "build.yml"), "w") as f:
            f.write(f"image: {name}\nfiles: [{{path: /data, contents: {name}}}]\ncommand: [/data]\n")
    quietly("--cache", BUILT, "pkg", "build", "--platforms", PLATFORM, "--hash", "1", "--sign", key, *folders)
    rules, yml = path("twelve-policy.yml"), path("twelve.yml")
    with open(rules, "w") as f:
        f.write("version: 1\nrules:\n  - image: docker.io/linuxkit\n    require: [{key: key.pub}]\n")
    with open(yml, "w") as f:
        f.write("services:\n" + "".join(f"  - name: {name}\n    image: linuxkit/{name}:1\n" for name in names))
    plain = Work("unchanged, without a policy", build(yml, "--format", "tar"))
    policed = Work("unchanged, policy, 12 decisions", build(yml, "--format", "tar", "--trust", rules))
    for work in (plain, policed):
        quietly(*work.args[1:])
    mine, theirs = compare([policed], plain, runs=15)
    wall, cpu = (1000 * (statistics.median(a) - statistics.median(b)) for a, b in ((mine.walls, theirs.walls), (mine.cpus, theirs.cpus)))
    note("the policy alone", f"{wall:.1f} ms, {cpu:.1f} ms of CPU", "10 ms")
