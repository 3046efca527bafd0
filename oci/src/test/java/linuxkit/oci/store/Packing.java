package linuxkit.oci.store;

/** The compression of a test's layer. */
enum Packing {
  PLAIN,
  GZIP,
  ZSTD;

  byte[] pack(byte[] tar) {
    return switch (this) {
      case PLAIN -> tar;
      case GZIP -> TestImages.gzip(tar);
      case ZSTD -> TestImages.zstd(tar);
    };
  }
}
