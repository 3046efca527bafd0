package linuxkit.oci.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import linuxkit.base.FileFailure;
import linuxkit.base.FileStamp;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.base.own.SharedFolder;
import linuxkit.base.own.UserKey;
import linuxkit.filesystem.Content;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Image;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.layer.Layers;

/**
 * A store of images on this machine: an OCI image layout (OCI image specification, image-layout.md)
 * in LinuxKit's form, whose {@code index.json} has the full name of each image. It is safe for use
 * by several threads and processes at once, including LinuxKit.
 *
 * <p>Every read verifies digest and size.
 */
public final class ImageStore {
  /** The size limit of an index, manifest or configuration, in bytes. */
  public static final int MAX_DOCUMENT = 4 << 20;

  private static final String DERIVED = "derived";

  private final Path root;
  private final BlobFolder blobs;
  private final StoreIndex index;
  private final StoreUse use;
  private final WorkCache work;
  private final Layers layers;

  private ImageStore(
      Path root,
      SharedFolder folder,
      StoreIndex index,
      StoreUse use,
      UserKey key,
      Progress progress) {
    this.root = root;
    this.blobs = new BlobFolder(folder.folder("blobs"), new KeptDocuments());
    this.index = index;
    this.use = use;
    this.work = new WorkCache(SharedFolder.ownPath(folder.path(), DERIVED), key);
    this.layers = new Layers(work, progress);
  }

  /** Opens a store whose derived files are believed by this process only. */
  public static ImageStore open(Path root, Progress progress) {
    return open(root, UserKey.ofProcess(), progress);
  }

  /**
   * Opens the store in a directory, and creates it if it does not exist. An existing store may be
   * read-only.
   *
   * @param key authenticates derived files
   * @throws linuxkit.base.own.OwnFolderFailure if other users can write to it
   * @throws FileFailure if it cannot be created or read
   */
  public static ImageStore open(Path root, UserKey key, Progress progress) {
    try {
      SharedFolder folder = SharedFolder.make(root, "use another store with --cache");
      folder.folder("blobs").folder("sha256");
      LayoutFile file = new LayoutFile(folder);
      file.createIfMissing();
      return new ImageStore(root, folder, new StoreIndex(file), StoreUse.of(folder), key, progress);
    } catch (IOException e) {
      throw FileFailure.of("cannot open the image store", root, e);
    }
  }

  public Path root() {
    return root;
  }

  // The location in failures.
  String place() {
    return "the image store " + root;
  }

  private String place(Reference image) {
    return image + ", in " + place();
  }

  /**
   * Finds the index or manifest that a reference names: by its digest if it has one, else by its
   * exact name. A name without a tag means {@code :latest} if there is no exact match. If a name
   * occurs twice, a manifest is preferred to an index.
   */
  public Optional<Descriptor> find(Reference reference) {
    return index.find(reference);
  }

  /** Returns what names mean now, whatever changes later: see {@link #find}. */
  public Function<Reference, Optional<Descriptor>> names() {
    return index.now();
  }

  /** Returns a stamp that differs after any change of names; empty if that is not certain. */
  public Optional<FileStamp> namesStamp() {
    return index.stamp();
  }

  /** Gives a name to a stored index or manifest. Its previous holder loses the name. */
  public void name(Reference reference, Descriptor root) {
    index.name(reference, root);
  }

  /**
   * Replaces the holder of a name atomically: {@code change} gets the current one and returns the
   * new one, so concurrent processes do not undo each other's changes.
   *
   * @param change called while other processes wait to read or write names
   * @return the new holder of the name
   */
  public Descriptor rename(Reference reference, Function<Optional<Descriptor>, Descriptor> change) {
    return index.rename(reference, change);
  }

  /**
   * Marks the store as used by this process. Until the result is closed, nothing is deleted except
   * images that are removed by name. Waits while another process deletes. Hold it from before the
   * first lookup of a blob until the last image has a name.
   */
  public StoreHold use() {
    use.begin();
    return new StoreHold(use);
  }

  StoreUse users() {
    return use;
  }

  /** Lists the named images in the order of {@code index.json}. */
  public List<NamedDescriptor> list() {
    return index.list();
  }

  /** Removes a name. Returns its holders. */
  List<Descriptor> unname(Reference reference) {
    return index.unname(reference);
  }

  /** Deletes temporary files of the index and returns the number of bytes freed. */
  long deleteTemporaryFiles() {
    return index.deleteTemporaryFiles();
  }

  /** Returns all roots, including those without a name. */
  List<Descriptor> roots() {
    return index.roots();
  }

  /**
   * Returns whether a blob exists with the right size. Its content is verified only when it is
   * read.
   */
  public boolean has(Descriptor blob) {
    return blobs.has(blob);
  }

  /** Returns whether a blob exists and is undamaged. Reads all of it. */
  public boolean isWhole(Descriptor blob) {
    return blobs.isWhole(blob);
  }

  void readThrough(Descriptor blob) throws IOException {
    blobs.readThrough(blob, place());
  }

  /** Checks that {@link #has} is true for a blob of an image, which the failure names. */
  public void require(Descriptor blob, Reference image) {
    if (!has(blob)) {
      throw BlobFailure.missing(blob, place(image));
    }
  }

  /** Returns a root and all blobs that it refers to, except through unreadable documents. */
  public Collection<Descriptor> reachable(Descriptor root) {
    return Reachability.of(this, List.of(root)).values();
  }

  /**
   * Returns a blob as content that is verified whenever it is read.
   *
   * @param image the image that it belongs to, for failures
   */
  public Content content(Descriptor blob, Reference image) {
    return StoredBlob.of(this, blob, image);
  }

  /**
   * Reads a whole document: an index, a manifest or a configuration.
   *
   * @throws BlobFailure if it is missing, damaged, or larger than {@link #MAX_DOCUMENT}
   */
  public byte[] read(Descriptor blob) {
    return blobs.read(blob, place());
  }

  /** Reads a whole document of an image, which failures name. */
  public byte[] read(Descriptor blob, Reference image) {
    return blobs.read(blob, place(image));
  }

  /**
   * Opens an unbuffered stream over a blob. The caller closes it. Digest and size are checked
   * before the last byte is returned; if they are wrong, reading throws a {@link BlobFailure}.
   *
   * @throws BlobFailure if it is missing or has the wrong size
   */
  public InputStream open(Descriptor blob) {
    return blobs.open(blob, place());
  }

  /** Opens a stream over a blob of an image, which failures name. */
  InputStream open(Descriptor blob, Reference image) {
    return blobs.open(blob, place(image));
  }

  /** Opens a channel for random access. The reader must verify the content. */
  FileChannel channel(Descriptor blob, Reference image) {
    return blobs.channel(blob, place(image));
  }

  /**
   * Starts to write a blob. The caller commits and closes the writer.
   *
   * @param size in bytes
   * @param source the origin of the bytes, for failures; may be empty
   */
  public BlobWriter write(Digest digest, long size, String source) {
    return blobs.write(digest, size, source);
  }

  /** Stores bytes under their SHA-256, unless the store has them undamaged. */
  public Descriptor add(String mediaType, byte[] content) {
    return blobs.add(mediaType, content);
  }

  /**
   * Stores the content of a stream, which the caller closes, under its SHA-256.
   *
   * @throws IOException if the stream fails; nothing is stored in that case
   */
  public Descriptor add(String mediaType, InputStream content, String source) throws IOException {
    return blobs.add(mediaType, content, source);
  }

  /**
   * Returns an image of this store. Reads only its documents, not its layers.
   *
   * <p>In an index, the first manifest for the platform is selected; attestations are ignored. If
   * the index gives no platform for a manifest, or there is no index, the platform in the
   * configuration is used.
   *
   * @param reference the name for origins and failures
   * @param root an index or a manifest
   * @param platform one without a variant accepts any
   * @throws linuxkit.oci.ImageNotFoundFailure if there are only images for other platforms
   * @throws linuxkit.base.Failure if a document is missing, damaged or does not belong to an image
   */
  public Image image(Reference reference, Descriptor root, Platform platform) {
    SelectedImage image =
        SelectedImage.of(reference, root, platform, blob -> read(blob, reference));
    return image(reference, image, BlobRepair.NONE);
  }

  /**
   * Returns an image whose documents were read before.
   *
   * @param repair called if a layer is missing or damaged
   */
  public Image image(Reference reference, SelectedImage image, BlobRepair repair) {
    return new StoredImage(this, reference, image, repair);
  }

  /**
   * Returns a layer as an uncompressed archive.
   *
   * @param diffId the digest of the archive in the image's configuration
   * @throws linuxkit.base.Failure if it is missing, damaged, or has another digest
   */
  public Content unpacked(Reference image, Descriptor layer, Digest diffId) {
    return layers
        .open(new StoreBlob(this, layer, image, BlobRepair.NONE), diffId, image.toString())
        .archive();
  }

  /** Returns the cache of files derived from blobs, which may be deleted at any time. */
  public WorkCache work() {
    return work;
  }

  /** Returns the name of the folder of what is derived. */
  String derived() {
    return String.valueOf(SharedFolder.ownPath(root, DERIVED).getFileName());
  }

  public Layers layers() {
    return layers;
  }

  Path file(Digest digest) {
    return blobs.file(digest);
  }
}
