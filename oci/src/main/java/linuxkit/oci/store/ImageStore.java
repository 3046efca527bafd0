package linuxkit.oci.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import linuxkit.base.AtomicFile;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.base.VerifiedInputStream;
import linuxkit.base.WorkCache;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Image;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.json.JsonFormat;
import linuxkit.oci.json.JsonObject;
import linuxkit.oci.layer.Layers;

/**
 * Images on this machine: an OCI image layout (OCI image specification, image-layout.md) as
 * LinuxKit keeps it, whose {@code index.json} names each image by its whole name. Usable from
 * several threads and by several processes at once, LinuxKit among them.
 *
 * <p>What is read is verified against digest and size every time.
 */
public final class ImageStore {
  /** How large an index, manifest or configuration may be, in bytes. */
  public static final int MAX_DOCUMENT = 4 << 20;

  private final Path root;
  private final StoreIndex index;
  private final WorkCache work;
  private final Layers layers;

  private ImageStore(Path root, StoreIndex index, Progress progress) {
    this.root = root;
    this.index = index;
    this.work = new WorkCache(root.resolve("derived"));
    this.layers = new Layers(work, progress);
  }

  /**
   * Opens the store in a directory, and makes one where there is none yet. Where there is one, it
   * may be read-only.
   *
   * @throws FileFailure when it cannot be made
   */
  public static ImageStore open(Path root, Progress progress) {
    try {
      Files.createDirectories(root.resolve("blobs").resolve("sha256"));
      Path layout = root.resolve("oci-layout");
      if (!Files.exists(layout)) {
        AtomicFile.write(
            layout,
            JsonFormat.indented(4)
                .bytes(JsonObject.builder().put("imageLayoutVersion", "1.0.0").build()));
      }
      LayoutFile file = new LayoutFile(root);
      file.createWhenMissing();
      return new ImageStore(root, new StoreIndex(file), progress);
    } catch (IOException e) {
      throw FileFailure.of("cannot open the image store", root, e);
    }
  }

  public Path root() {
    return root;
  }

  /** What failures call this store. */
  String place() {
    return "the image store " + root;
  }

  private String place(Reference image) {
    return image + ", in " + place();
  }

  /**
   * The index or manifest that a reference stands for: with a digest, whatever has that digest;
   * else what has that very name. A name without a tag stands for {@code :latest} when nothing is
   * called exactly so. Where a name is there twice, a manifest goes before an index.
   */
  public Optional<Descriptor> find(Reference reference) {
    return index.find(reference);
  }

  /** Gives a name to an index or manifest whose blobs are there; what had that name loses it. */
  public void name(Reference reference, Descriptor root) {
    index.name(reference, root);
  }

  /** All that has a name, in the order of {@code index.json}. */
  public List<NamedDescriptor> list() {
    return index.list();
  }

  /** Takes a name away; what it stood for. */
  List<Descriptor> unname(Reference reference) {
    return index.unname(reference);
  }

  /** All roots, those without a name too. */
  List<Descriptor> roots() {
    return index.roots();
  }

  /** Whether a blob is there in its right size; that it is whole shows when it is read. */
  public boolean has(Descriptor blob) {
    try {
      return Files.size(file(blob.digest())) == blob.size();
    } catch (IOException _) {
      return false;
    }
  }

  /**
   * A whole document: an index, a manifest, a configuration.
   *
   * @throws BlobFailure when it is missing, damaged, or larger than {@link #MAX_DOCUMENT}
   */
  public byte[] read(Descriptor blob) {
    return read(blob, place());
  }

  /**
   * The same.
   *
   * @param image what the document is of, for failures
   */
  public byte[] read(Descriptor blob, Reference image) {
    return read(blob, place(image));
  }

  private byte[] read(Descriptor blob, String place) {
    if (blob.size() > MAX_DOCUMENT) {
      throw BlobFailure.tooLarge(blob, MAX_DOCUMENT, place);
    }
    try (InputStream in = open(blob, place)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file(blob.digest()), e);
    }
  }

  /**
   * A new unbuffered stream over a blob; the caller closes it. Before its last byte is handed out,
   * digest and size are checked: reading throws a {@link BlobFailure} when they are wrong.
   *
   * @throws BlobFailure when it is missing or of another size
   */
  public InputStream open(Descriptor blob) {
    return open(blob, place());
  }

  /** The same, of an image that failures name. */
  InputStream open(Descriptor blob, Reference image) {
    return open(blob, place(image));
  }

  private InputStream open(Descriptor blob, String place) {
    return new VerifiedInputStream(
        Channels.newInputStream(channel(blob, place)),
        blob.size(),
        blob.digest().newMessageDigest(),
        blob.digest().hex(),
        how -> {
          throw BlobFailure.damaged(blob, how, file(blob.digest()), place);
        });
  }

  /** The same for reading at any place; the reader verifies what it reads. */
  FileChannel channel(Descriptor blob, Reference image) {
    return channel(blob, place(image));
  }

  private FileChannel channel(Descriptor blob, String place) {
    Path file = file(blob.digest());
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      long size = channel.size();
      if (size != blob.size()) {
        channel.close();
        throw BlobFailure.damaged(
            blob, "it has " + size + " bytes instead of " + blob.size(), file, place);
      }
      return channel;
    } catch (NoSuchFileException _) {
      throw BlobFailure.missing(blob, place);
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file, e);
    }
  }

  /**
   * Begins a blob; the caller commits and closes it.
   *
   * @param size in bytes
   * @param source what failures name as the place the bytes come from; may be empty
   */
  public BlobWriter write(Digest digest, long size, String source) {
    Path file = file(digest);
    try {
      Files.createDirectories(root.resolve("blobs").resolve(digest.algorithm()));
      return new BlobWriter(file, digest, size, source);
    } catch (IOException e) {
      throw FileFailure.of("cannot write", file, e);
    }
  }

  /** Stores bytes under their SHA-256, unless they are there already. */
  public Descriptor add(String mediaType, byte[] content) {
    Descriptor blob =
        new Descriptor(
            mediaType, Digest.sha256(content), content.length, Optional.empty(), new TreeMap<>());
    if (!has(blob)) {
      try (BlobWriter writer = write(blob.digest(), blob.size(), "")) {
        writer.write(content, 0, content.length);
        writer.commit();
      }
    }
    return blob;
  }

  /**
   * An image of this store, of which only the manifest and the configuration are read now.
   *
   * <p>Out of an index it is the first manifest for the platform; attestations are none. Where an
   * index does not say what a manifest is for, and where there is no index, the configuration does.
   *
   * @param reference the name it goes by in origins and failures
   * @param root an index or a manifest
   * @param platform without a variant it stands for any
   * @throws linuxkit.oci.ImageNotFoundFailure when it is for other platforms only
   * @throws linuxkit.base.Failure when what is read is missing, damaged or not of an image
   */
  public Image image(Reference reference, Descriptor root, Platform platform) {
    SelectedImage image =
        SelectedImage.of(reference, root, platform, blob -> read(blob, reference));
    return image(reference, image);
  }

  /** The same, of documents that were read and verified already. */
  public Image image(Reference reference, SelectedImage image) {
    return new StoredImage(this, reference, image);
  }

  /** What is derived from blobs and may be thrown away at any time. */
  public WorkCache work() {
    return work;
  }

  Layers layers() {
    return layers;
  }

  Path file(Digest digest) {
    return root.resolve("blobs").resolve(digest.algorithm()).resolve(digest.hex());
  }
}
