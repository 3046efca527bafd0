/** Runs built systems on hypervisors. */
module linuxkit.run {
  requires transitive linuxkit.base;
  requires linuxkit.disk;
  requires jdk.unsupported;

  exports linuxkit.run;
  exports linuxkit.run.chart;
  exports linuxkit.run.qemu;
}
