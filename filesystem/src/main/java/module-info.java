/** The file tree in memory, and each format that stores one. */
module linuxkit.filesystem {
  requires transitive linuxkit.base;

  exports linuxkit.filesystem;
  exports linuxkit.filesystem.fat;
  exports linuxkit.filesystem.iso9660;
}
