/** Reads and writes JSON. */
module linuxkit.json {
  requires transitive linuxkit.base;

  exports linuxkit.json;
}
