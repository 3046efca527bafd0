/** The file tree in memory, and each format that stores one. */
module linuxkit.filesystem {
  requires transitive linuxkit.base;
  requires com.github.luben.zstd_jni;
  requires org.tukaani.xz;

  exports linuxkit.filesystem;
  exports linuxkit.filesystem.erofs;
  exports linuxkit.filesystem.fat;
  exports linuxkit.filesystem.iso9660;
  exports linuxkit.filesystem.squashfs;
}
