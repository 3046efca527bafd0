package linuxkit.boot;

import java.util.UUID;
import linuxkit.base.SparseImage;
import linuxkit.disk.ContentUuid;

/** A disk, with what identifies it and the compressed content that its containers share. */
final class DiskImage {
  private final SparseImage image;
  private final byte[] seed;
  private final SharedGrains grains = new SharedGrains();

  /**
   * @param seed stands for the content, such as its hash
   */
  DiskImage(SparseImage image, byte[] seed) {
    this.image = image;
    this.seed = seed.clone();
  }

  SparseImage image() {
    return image;
  }

  SharedGrains grains() {
    return grains;
  }

  /** Returns an identifier that only a disk with this content has, another one for each use. */
  UUID id(String use) {
    return ContentUuid.of(seed, use);
  }
}
