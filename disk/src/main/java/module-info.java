/** Partition tables and disk containers. */
module linuxkit.disk {
  requires transitive linuxkit.base;
  requires com.github.luben.zstd_jni;

  exports linuxkit.disk;
  exports linuxkit.disk.header;
  exports linuxkit.disk.ova;
  exports linuxkit.disk.partition;
  exports linuxkit.disk.qcow2;
  exports linuxkit.disk.read;
  exports linuxkit.disk.vhd;
  exports linuxkit.disk.vhdx;
  exports linuxkit.disk.vmdk;
}
