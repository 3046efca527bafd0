package linuxkit.oci.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.filesystem.archive.TarEntry;
import linuxkit.filesystem.archive.TarReader;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.packed.LayerCompression;
import linuxkit.oci.store.BlobWriter;
import linuxkit.oci.store.ImageStore;

/**
 * The members of an archive: its files, which are stored as blobs while the archive is read, and
 * the documents that describe them.
 */
final class ArchiveMembers {
  /** A limit against archives that fill the store with files; images have a few hundred. */
  private static final int MAX_MEMBERS = 20_000;

  private static final int MAX_LINKS = 8;
  private static final Pattern BLOB = Pattern.compile("blobs/(sha256|sha512)/([0-9a-f]+)");
  private static final Set<String> DOCUMENTS =
      Set.of(OciLayoutReader.LAYOUT, OciLayoutReader.INDEX, DockerArchive.MANIFEST);
  // Docker writes these for its versions before 2016.
  private static final Set<String> UNUSED = Set.of("VERSION", "json", "repositories");

  private final ImageStore store;
  private final String where;
  private final Map<String, byte[]> documents = new HashMap<>();
  private final Map<String, Descriptor> blobs = new HashMap<>();
  private final Map<String, String> links = new HashMap<>();

  private ArchiveMembers(ImageStore store, String where) {
    this.store = store;
    this.where = where;
  }

  /** Reads all members of the archive. */
  static ArchiveMembers read(ImageStore store, InputStream tar, String where) throws IOException {
    ArchiveMembers members = new ArchiveMembers(store, where);
    TarReader reader = new TarReader(tar, where);
    int count = 0;
    for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
      if (++count > MAX_MEMBERS) {
        throw new ArchiveFailure("the archive has more than " + MAX_MEMBERS + " files", where, "");
      }
      members.add(next.get());
    }
    return members;
  }

  /** Returns a document at the top level of the archive. */
  Optional<byte[]> document(String name) {
    return Optional.ofNullable(documents.get(name));
  }

  /** Returns the file at a path as a layer. Its media type follows from its first bytes. */
  Descriptor blob(String path) {
    String at = path;
    for (int i = 0; i < MAX_LINKS && links.containsKey(at); i++) {
      at = links.getOrDefault(at, "");
    }
    Descriptor blob = blobs.get(at);
    if (blob == null) {
      throw new ArchiveFailure(
          "the archive has no file " + path, where, "the archive may be truncated; save it again");
    }
    return blob;
  }

  private void add(TarEntry entry) throws IOException {
    switch (entry.type()) {
      case FILE -> addFile(entry);
      case SYMLINK -> links.put(entry.path(), target(entry.path(), entry.link()));
      case HARD_LINK -> links.put(entry.path(), entry.link());
      case DIRECTORY, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> {
        // Not part of an image.
      }
    }
  }

  private void addFile(TarEntry entry) throws IOException {
    String path = entry.path();
    if (DOCUMENTS.contains(path)) {
      if (entry.size() > ImageStore.MAX_DOCUMENT) {
        throw new ArchiveFailure(
            path + " is longer than " + ImageStore.MAX_DOCUMENT + " bytes", where, "");
      }
      documents.put(path, entry.content().readAllBytes());
      return;
    }
    if (UNUSED.contains(path.substring(path.lastIndexOf('/') + 1))) {
      return;
    }
    byte[] start = entry.content().readNBytes(LayerCompression.MAGIC_LENGTH);
    InputStream content = new SequenceInputStream(new ByteArrayInputStream(start), entry.content());
    String mediaType =
        switch (LayerCompression.of(start)) {
          case NONE -> MediaTypes.OCI_LAYER;
          case GZIP -> MediaTypes.OCI_LAYER_GZIP;
          case ZSTD -> MediaTypes.OCI_LAYER_ZSTD;
        };
    Optional<Digest> digest = digest(path);
    if (digest.isEmpty()) {
      blobs.put(path, store.add(mediaType, content, where + ", " + path));
      return;
    }
    try (BlobWriter writer = store.write(digest.get(), entry.size(), where)) {
      content.transferTo(writer);
      writer.commit();
    }
    blobs.put(path, Descriptor.of(mediaType, digest.get(), entry.size()));
  }

  private static Optional<Digest> digest(String path) {
    Matcher blob = BLOB.matcher(path);
    return blob.matches() ? Digest.parse(blob.group(1) + ":" + blob.group(2)) : Optional.empty();
  }

  // Docker writes a shared layer once, and links to it from the folders of the other images.
  private static String target(String path, String link) {
    if (link.startsWith("/")) {
      return link.substring(1);
    }
    String folder = path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "";
    String rest = link;
    while (rest.startsWith("../") && !folder.isEmpty()) {
      rest = rest.substring(3);
      folder = folder.contains("/") ? folder.substring(0, folder.lastIndexOf('/')) : "";
    }
    return String.join("/", folder.isEmpty() ? List.of(rest) : List.of(folder, rest));
  }
}
