/** Local hypervisors. */
module linuxkit.run {
  requires transitive linuxkit.base;
  requires linuxkit.disk;
  requires jdk.unsupported;

  exports linuxkit.run;
}
