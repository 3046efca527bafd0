package linuxkit.oci.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import linuxkit.filesystem.archive.TarFailure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Reference;
import linuxkit.oci.packed.LayerCompression;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.NamedDescriptor;

/**
 * Imports images from an archive into a store. It accepts archives of {@code docker save}, {@code
 * skopeo copy … oci-archive:} and {@code docker-archive:}, {@code buildah push}, {@code crane}, and
 * {@code linuxkit cache export}, uncompressed or compressed with gzip or zstd.
 */
public final class ImageArchive {
  private static final int BUFFER = 1 << 18;
  private static final int HEADER = 512;
  private static final int MAGIC = 257;
  private static final int CHECKSUM = 148;

  private ImageArchive() {}

  /**
   * Imports all images of an archive, read as a stream to its end. The images get their names after
   * all of their content is stored and verified; a failure leaves at most unnamed blobs.
   *
   * @param archive the caller closes it
   * @param where the archive's name, for failures
   * @param name a name that replaces those in the archive, which must have a single image
   * @return the named images, in the order of the archive
   * @throws ArchiveFailure if it has no image, an incomplete image, or no name
   * @throws TarFailure if it is not a tar archive
   * @throws linuxkit.base.Failure if its content is malformed or cannot be stored
   */
  public static List<NamedDescriptor> load(
      ImageStore store, InputStream archive, String where, Optional<Reference> name) {
    return load(store, archive, where, name, _ -> {});
  }

  /**
   * Imports images like the other method of this name.
   *
   * @param check throws a failure for a name that no image may get from an archive
   */
  public static List<NamedDescriptor> load(
      ImageStore store,
      InputStream archive,
      String where,
      Optional<Reference> name,
      Consumer<Reference> check) {
    List<NamedDescriptor> named = ImportNames.of(read(store, archive, where), name, where);
    named.forEach(image -> check.accept(Reference.parse(image.name())));
    named.forEach(image -> store.name(Reference.parse(image.name()), image.root()));
    return named;
  }

  /**
   * Imports all images of an archive without naming them, whatever names it gives.
   *
   * @param archive the caller closes it
   * @param where the archive's name, for failures
   * @return the index or manifest of each
   * @throws linuxkit.base.Failure as {@link #load}
   */
  public static List<Descriptor> add(ImageStore store, InputStream archive, String where) {
    return read(store, archive, where).stream().map(ArchivedImage::root).toList();
  }

  /** Imports all images of an archive without naming them. */
  static List<ArchivedImage> read(ImageStore store, InputStream archive, String where) {
    try {
      BufferedInputStream tar = unpacked(archive);
      requireTar(tar, where);
      ArchiveMembers members = ArchiveMembers.read(store, tar, where);
      // The writer of a pipe must be able to finish its padding.
      tar.transferTo(OutputStream.nullOutputStream());
      return members.document(OciLayoutReader.INDEX).isPresent()
          ? new OciLayoutReader(store, members, where).images()
          : new DockerArchive(store, members, where).images();
    } catch (IOException e) {
      throw new ArchiveFailure("the archive cannot be read: " + e.getMessage(), where, "");
    }
  }

  // Every archive of images begins with the header of a tar member that names its format.
  private static void requireTar(BufferedInputStream tar, String where) throws IOException {
    tar.mark(HEADER);
    byte[] header = tar.readNBytes(HEADER);
    tar.reset();
    boolean named =
        header.length == HEADER
            && new String(header, MAGIC, 5, StandardCharsets.ISO_8859_1).equals("ustar");
    if (!named && !isOldTar(header)) {
      throw new ArchiveFailure(
          "not an archive of images",
          where,
          "give an archive written by docker save, skopeo copy or linuxkit cache export");
    }
  }

  // Without a name for its format, a header has a checksum, octal digits in a fixed place.
  private static boolean isOldTar(byte[] header) {
    return header.length == HEADER
        && new String(header, CHECKSUM, 8, StandardCharsets.ISO_8859_1).matches("[ 0-7]+[ \\x00]*");
  }

  private static BufferedInputStream unpacked(InputStream archive) throws IOException {
    BufferedInputStream in = new BufferedInputStream(archive, BUFFER);
    in.mark(LayerCompression.MAGIC_LENGTH);
    byte[] start = in.readNBytes(LayerCompression.MAGIC_LENGTH);
    in.reset();
    LayerCompression compression = LayerCompression.of(start);
    return compression == LayerCompression.NONE
        ? in
        : new BufferedInputStream(compression.unpack(in), BUFFER);
  }
}
