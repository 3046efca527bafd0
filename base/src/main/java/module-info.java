/** What every module stands on: typed failures, progress, files that appear whole or not at all. */
module linuxkit.base {
  requires static transitive org.jspecify;

  exports linuxkit.base;
}
