/** A file tree in memory, and readers and writers of archives and file systems. */
module linuxkit.filesystem {
  requires transitive linuxkit.base;
  requires com.github.luben.zstd_jni;
  requires org.tukaani.xz;

  exports linuxkit.filesystem;
  exports linuxkit.filesystem.archive;
  exports linuxkit.filesystem.erofs;
  exports linuxkit.filesystem.fat;
  exports linuxkit.filesystem.iso9660;
  exports linuxkit.filesystem.read;
  exports linuxkit.filesystem.squashfs;
}
