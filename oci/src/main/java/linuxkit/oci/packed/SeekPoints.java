package linuxkit.oci.packed;

/** Receives the places between the parts of compressed data that can be unpacked on their own. */
@FunctionalInterface
interface SeekPoints {
  SeekPoints NONE = (_, _) -> {};

  /**
   * Reports that a part ended. Called before the decoder reads what follows its current block.
   *
   * @param packed the number of compressed bytes up to here
   * @param unpacked the number of bytes that they unpack to
   */
  void add(long packed, long unpacked);
}
