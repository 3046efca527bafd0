package linuxkit.run.qemu;

import linuxkit.run.Architecture;

/** The properties of this machine that QEMU's arguments depend on. */
record HostMachine(Architecture architecture, boolean mac) {
  static HostMachine current() {
    return new HostMachine(
        Architecture.host(), System.getProperty("os.name", "").startsWith("Mac"));
  }
}
