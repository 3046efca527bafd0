package linuxkit.oci.layer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import linuxkit.base.Sha256;
import linuxkit.base.io.VerifiedInputStream;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.archive.SparseMap;
import linuxkit.oci.Digest;
import linuxkit.oci.ExecutableContent;

/** A file within an uncompressed layer, verified whenever it is read. */
final class LayerContent implements ExecutableContent {
  // Up to this size, one read is cheaper than a stream.
  private static final int SMALL = 1 << 18;

  private final Layer.Tar tar;
  private final Digest layer;
  private final LayerEntry.File file;
  private final Optional<SparseMap> sparse;
  private final boolean indexed;
  private final Supplier<String> path;

  /**
   * @param file its path is not used
   * @param sparse the places of the data that the layer holds; empty if it holds all bytes
   * @param indexed whether the place and the hash of the file were found by reading the layer, so
   *     that they are right if the layer's bytes are
   * @param path returns the path, for failures
   */
  LayerContent(
      Layer.Tar tar,
      Digest layer,
      LayerEntry.File file,
      Optional<SparseMap> sparse,
      boolean indexed,
      Supplier<String> path) {
    this.tar = tar;
    this.layer = layer;
    this.file = file;
    this.sparse = sparse;
    this.indexed = indexed;
    this.path = path;
  }

  @Override
  public long size() {
    return file.size();
  }

  @Override
  public String sha256() {
    return file.sha256();
  }

  @Override
  public OptionalInt machine() {
    return file.machine() == 0 ? OptionalInt.empty() : OptionalInt.of(file.machine());
  }

  @Override
  public InputStream open() throws IOException {
    return file.size() <= SMALL ? new ByteArrayInputStream(small()) : large();
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    if (isVerified() && sparse.isEmpty()) {
      tar.copy(file.offset(), file.size(), out, this::damaged);
    } else if (file.size() <= SMALL) {
      out.write(small());
    } else {
      copy(large(), out);
    }
  }

  private boolean isVerified() {
    return indexed && tar.verifies();
  }

  // The whole file is verified before it is returned, so no separate check is needed.
  private byte[] small() throws IOException {
    if (isVerified() && sparse.isEmpty()) {
      byte[] bytes = new byte[(int) file.size()];
      tar.open(file.offset(), file.size(), this::damaged).readNBytes(bytes, 0, bytes.length);
      return bytes;
    }
    try (InputStream in = verified()) {
      return in.readAllBytes();
    } catch (LayerFailure e) {
      if (!tar.canBeRepaired()) {
        throw e;
      }
    }
    tar.repair();
    try (InputStream in = verified()) {
      return in.readAllBytes();
    }
  }

  // Bytes that were returned cannot be taken back, so the file is verified first if it can be
  // repaired. That is cheaper than verifying the whole layer for one file.
  private InputStream large() throws IOException {
    if (!tar.canBeRepaired()) {
      return verified();
    }
    try {
      copy(verified(), OutputStream.nullOutputStream());
      return bytes();
    } catch (LayerFailure _) {
      tar.repair();
      return verified();
    }
  }

  private static void copy(InputStream from, OutputStream out) throws IOException {
    byte[] buffer = new byte[SMALL];
    try (from) {
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        out.write(buffer, 0, n);
      }
    }
  }

  /** Returns a part of the file. Reading it does not read the bytes before it. */
  @Override
  public Content slice(long offset, long size, String sha256) {
    return part(offset, size, sha256, false);
  }

  /** Returns a part whose hash was computed when the file was read before. */
  Content member(long offset, long size, String sha256) {
    return part(offset, size, sha256, indexed);
  }

  private Content part(long offset, long size, String sha256, boolean known) {
    Objects.checkFromIndexSize(offset, size, file.size());
    long start = file.offset() + sparse.map(map -> map.storedBefore(offset)).orElse(offset);
    return new LayerContent(
        tar,
        layer,
        new LayerEntry.File(file.path(), file.metadata(), start, size, sha256, 0),
        sparse.map(map -> map.range(offset, size)),
        known,
        path);
  }

  private InputStream bytes() throws IOException {
    if (sparse.isPresent()) {
      SparseMap map = sparse.get();
      return map.expand(tar.open(file.offset(), map.stored(), this::damaged));
    }
    return tar.open(file.offset(), file.size(), this::damaged);
  }

  private InputStream verified() throws IOException {
    return isVerified()
        ? bytes()
        : new VerifiedInputStream(
            bytes(), file.size(), Sha256.digest(), file.sha256(), this::damaged);
  }

  private IOException damaged(String how) {
    throw new LayerFailure("file " + path.get() + " is damaged: " + how, "layer " + layer, null);
  }
}
