package linuxkit.oci.store;

/** How a layer of a test is packed. */
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
