package linuxkit.oci.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import linuxkit.filesystem.archive.TarFailure;
import linuxkit.oci.Reference;
import linuxkit.oci.layer.LayerCompression;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.NamedDescriptor;

/**
 * Takes images out of an archive into a store: those of {@code docker save}, {@code skopeo copy …
 * oci-archive:} and {@code docker-archive:}, {@code buildah push}, {@code crane}, and {@code
 * linuxkit cache export}, plain or compressed with gzip or zstd.
 */
public final class ImageArchive {
  private static final int BUFFER = 1 << 18;

  private ImageArchive() {}

  /**
   * Reads an archive to its end, as a stream. Its images get their names when all of them is there
   * and has the digests it should; a failure leaves at most blobs without a name.
   *
   * @param archive stays the caller's
   * @param where what failures call the archive
   * @param name for the only image of an archive, in place of the names it has there
   * @return the names given, each with its index or manifest, in the order of the archive
   * @throws ArchiveFailure when it holds no image, not all of one, or none that has a name
   * @throws TarFailure when it is no tar archive
   * @throws linuxkit.base.Failure when something in it is not what it is said to be, or it cannot
   *     be stored
   */
  public static List<NamedDescriptor> load(
      ImageStore store, InputStream archive, String where, Optional<Reference> name) {
    List<NamedDescriptor> named = ImportNames.of(read(store, archive, where), name, where);
    named.forEach(image -> store.name(Reference.parse(image.name()), image.root()));
    return named;
  }

  /** The same, but the images get no names in the store. */
  static List<ArchivedImage> read(ImageStore store, InputStream archive, String where) {
    try {
      InputStream tar = unpacked(archive);
      ArchiveMembers members = ArchiveMembers.read(store, tar, where);
      // A pipe's writer is not to be cut off within its padding.
      tar.transferTo(OutputStream.nullOutputStream());
      return members.document(OciLayoutReader.INDEX).isPresent()
          ? new OciLayoutReader(store, members, where).images()
          : new DockerArchive(store, members, where).images();
    } catch (IOException e) {
      throw new ArchiveFailure("it cannot be read: " + e.getMessage(), where, "");
    }
  }

  private static InputStream unpacked(InputStream archive) throws IOException {
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
