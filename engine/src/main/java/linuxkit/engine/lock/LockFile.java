package linuxkit.engine.lock;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.base.FileFailure;
import linuxkit.base.SymbolicLinks;

/**
 * The content of a lock file. Equal contents give equal bytes.
 *
 * @param manifests the files that it was made for, in the order in which they are merged
 * @param images by reference, as the manifests have it
 * @param components by the path of their folder, relative to the lock file's
 * @param bootLoaders the components of linuxkit that boot the system, by their key in a manifest
 */
public record LockFile(
    List<ReadManifest> manifests,
    SortedMap<String, LockedImage> images,
    SortedMap<String, LockedComponent> components,
    SortedMap<String, LockedComponent> bootLoaders) {
  /** The version of the format that this program writes. It also reads the one before. */
  public static final int VERSION = 2;

  /** The first version of the format, which had no boot loaders. */
  static final int WITHOUT_BOOT_LOADERS = 1;

  /** A lock file of nothing. */
  public static final LockFile EMPTY = new LockFile(List.of(), new TreeMap<>(), new TreeMap<>());

  private static final int MAX_SIZE = 32 << 20;

  /**
   * A manifest.
   *
   * @param path relative to the lock file's folder, or an address, or {@code -}
   * @param sha256 of the file when the lock file was made, in 64 hexadecimal digits
   */
  public record ReadManifest(String path, String sha256) {}

  public LockFile {
    manifests = List.copyOf(manifests);
    images = Collections.unmodifiableSortedMap(new TreeMap<>(images));
    components = Collections.unmodifiableSortedMap(new TreeMap<>(components));
    bootLoaders = Collections.unmodifiableSortedMap(new TreeMap<>(bootLoaders));
  }

  /** Creates a lock file without boot loaders. */
  public LockFile(
      List<ReadManifest> manifests,
      SortedMap<String, LockedImage> images,
      SortedMap<String, LockedComponent> components) {
    this(manifests, images, components, new TreeMap<>());
  }

  /**
   * Reads the bytes of a lock file.
   *
   * @throws LockFailure if it is malformed, has unknown keys, or is of another version
   */
  public static LockFile parse(byte[] bytes, String name) {
    return LockReader.read(bytes, name);
  }

  /**
   * Returns the bytes of a file, which {@link #parse} can read.
   *
   * @throws LockFailure if it is too large, or a link leads to it from elsewhere
   * @throws FileFailure if it cannot be read
   */
  public static byte[] bytes(Path file) {
    // Messages quote the file, which whoever made such a link need not be allowed to read.
    if (SymbolicLinks.leadOut(file)) {
      throw new LockFailure(
          "the lock file is a link to a file elsewhere",
          file.toString(),
          "put the lock file itself beside the manifest");
    }
    try (InputStream in = Files.newInputStream(regular(file))) {
      byte[] bytes = in.readNBytes(MAX_SIZE + 1);
      if (bytes.length > MAX_SIZE) {
        throw new LockFailure("the lock file is larger than 32 MiB", file.toString(), "");
      }
      return bytes;
    } catch (IOException e) {
      throw FileFailure.of("cannot read the lock file", file, e);
    }
  }

  private static Path regular(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException("it is not a file");
    }
    return file;
  }

  /**
   * Returns the file: JSON with sorted keys, indented by two spaces, with LF at each line's end.
   */
  public byte[] bytes() {
    return LockWriter.write(this);
  }
}
