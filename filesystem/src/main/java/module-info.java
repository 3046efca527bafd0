/** The file tree in memory, and each format that stores one. */
module linuxkit.filesystem {
  requires transitive linuxkit.base;
  requires com.github.luben.zstd_jni;

  exports linuxkit.filesystem;
  exports linuxkit.filesystem.erofs;
}
