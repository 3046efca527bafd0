/** picocli, compiled for this release. */
module info.picocli {
  exports picocli;
}
