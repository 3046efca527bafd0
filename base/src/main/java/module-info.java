/** Foundations of all modules: typed failures, progress, caching and atomic files. */
module linuxkit.base {
  requires static transitive org.jspecify;

  exports linuxkit.base;
  exports linuxkit.base.own;
}
