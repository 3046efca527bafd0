package linuxkit.run;

/** The machine that guests run on, as far as QEMU's arguments depend on it. */
record Host(Architecture architecture, boolean mac) {
  static Host current() {
    return new Host(Architecture.host(), System.getProperty("os.name", "").startsWith("Mac"));
  }
}
