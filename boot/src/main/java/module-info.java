/** Output formats: everything that firmware and hypervisors boot. */
module linuxkit.boot {
  requires transitive linuxkit.base;
  requires transitive linuxkit.disk;
  requires transitive linuxkit.filesystem;
  requires transitive linuxkit.system;
  requires com.github.luben.zstd_jni;

  exports linuxkit.boot;
  exports linuxkit.boot.compare;
  exports linuxkit.boot.initrd;
  exports linuxkit.boot.loader;
  exports linuxkit.boot.read;
  exports linuxkit.boot.unpack;
}
