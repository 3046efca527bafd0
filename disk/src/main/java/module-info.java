/** Partition tables and disk containers. */
module linuxkit.disk {
  requires transitive linuxkit.base;

  exports linuxkit.disk;
  exports linuxkit.disk.partition;
}
