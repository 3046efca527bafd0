"""Booted systems: the time to a service, memory, sizes."""
import os
import re
import select
import statistics
import subprocess
import sys
import time

from .measuring import RUNS, row
from .workspace import BUILT, build, filled, path


def minimal(name, *replaced):
    """Writes examples/minimal.yml for a boot, with components replaced."""
    with open("examples/minimal.yml") as f:
        text = f.read()
    for old, new in replaced:
        text = text.replace(f"builtin:{old}\n", f"\"@pkg:{new}\"\n")
    with open(path(name + ".yml"), "w") as f:
        f.write(text)
    return path(name + ".yml")


class EmulatorFault(Exception):
    """QEMU with several processors sometimes runs a breakpoint that the kernel has already patched away, which kills the guest."""


def boot_again(name):
    """Boots a system until the emulator makes no mistake, three times at most, and says when it did."""
    for _ in range(2):
        try:
            return boot(name)
        except EmulatorFault:
            print(f"{name}: the emulator ran a stale breakpoint; booting again", flush=True)
    return boot(name)


def boot(name):
    """Boots a system with a getty under emulation, with two processors and 1 GiB. Returns the seconds from /init to the first
    line of the service, those that the emulator's processors were busy meanwhile, and the MB of memory in use after the boot."""
    kernel, initrd = (path(name + part) for part in ("-kernel", "-initrd.img"))
    guest = subprocess.Popen(
        ["qemu-system-x86_64", "-machine", "q35,accel=tcg", "-cpu", "max", "-smp", "2", "-m", "1024", "-nodefaults", "-display", "none",
         "-serial", "stdio", "-no-reboot", "-netdev", "user,id=n", "-device", "virtio-net-pci,netdev=n", "-kernel", kernel, "-initrd", initrd,
         "-append", "console=ttyS0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def now():
        fields = open(f"/proc/{guest.pid}/stat").read().rsplit(")", 1)[1].split()
        return time.monotonic(), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait(pattern):
        nonlocal console
        end = time.monotonic() + 240
        while not re.search(pattern, console):
            if time.monotonic() > end or not select.select([guest.stdout], [], [], 240)[0]:
                sys.exit(f"{name}: no {pattern} on the console:\n{console[-2000:].decode(errors='replace')}")
            console += os.read(guest.stdout.fileno(), 1 << 16)
            if b"Oops: int3" in console:
                raise EmulatorFault
        return now()

    console = b""
    try:
        start, service = wait(rb"Run /init"), wait(rb"This is a container of its own")
        time.sleep(5)
        guest.stdin.write(b"\ngrep Mem /proc/meminfo; echo DO''NE\n")
        guest.stdin.flush()
        wait(rb"DONE")
        memory = dict(re.findall(rb"(MemTotal|MemAvailable): +([0-9]+)", console))
        used = (int(memory[b"MemTotal"]) - int(memory[b"MemAvailable"])) * 1024 / 1e6
        return service[0] - start[0], service[1] - start[1], used
    finally:
        guest.kill()
        guest.wait()


@row("guests", "guests", "boots of a minimal system; needs an emulator")
def guests():
    """Measures how long systems take to start, their memory and their sizes. $LINUXKIT_INIT may name the folder of a component
    with LinuxKit's own init, which is then measured in the same run."""
    filled()
    runs = [("minimal", "zstd", []), ("minimal19", "zstd:19", []), ("erofs", "erofs", []), ("erofs19", "erofs:19", []),
            ("runc", "zstd", [("crun", os.path.join(os.getcwd(), "pkg/runc"))])]
    if "LINUXKIT_INIT" in os.environ:
        runs.append(("theirs", "zstd", [("init", os.path.abspath(os.environ["LINUXKIT_INIT"]))]))
    print(f"\n{'guest, 2 processors, 1 GiB':34} {'to service':>12} {'CPU':>9} {'memory':>10} {'size':>10}   goal")
    goals = {"minimal": "half of LinuxKit's init, 216 MB, 55 MB", "minimal19": "48 MB", "theirs": ""}
    sizes, figures = {}, {}
    for name, compression, replaced in runs:
        subprocess.run(build(minimal(name, *replaced), "--initrd-compression", compression), check=True, stderr=subprocess.DEVNULL)
        sizes[name] = sum(os.path.getsize(path(name + part)) for part in ("-kernel", "-initrd.img")) / 1e6
    for _ in range(RUNS):  # in turn, so that what else the machine does falls on all of them
        for name, _, _ in runs:
            if not name.endswith("19"):
                figures.setdefault(name, []).append(boot_again(name))
    for name, compression, _ in runs:
        goal = goals.get(name, "")
        if name not in figures:
            print(f"{compression:34} {'':12} {'':9} {'':10} {sizes[name]:7.1f} MB   {goal}")
            continue
        wall, cpu, memory = map(statistics.median, zip(*figures[name]))
        print(f"{name + ', ' + compression:34} {wall:10.2f} s {cpu:7.2f} s {memory:7.0f} MB {sizes[name]:7.1f} MB   {goal}", flush=True)
