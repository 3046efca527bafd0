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
 * Images on this machine: an OCI image layout (OCI image specification, image-layout.md) as
 * LinuxKit keeps it, whose {@code index.json} names each image by its whole name. Usable from
 * several threads and by several processes at once, LinuxKit among them.
 *
 * <p>What is read is verified against digest and size every time.
 */
public final class ImageStore {
  /** How large an index, manifest or configuration may be, in bytes. */
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
    this.blobs = new BlobFolder(folder.folder("blobs"));
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
   * Opens the store in a directory, and makes one where there is none yet. Where there is one, it
   * may be read-only.
   *
   * @param key authenticates derived files
   * @throws linuxkit.base.own.OwnFolderFailure when others can have changed it
   * @throws FileFailure when it cannot be made
   */
  public static ImageStore open(Path root, UserKey key, Progress progress) {
    try {
      SharedFolder folder = SharedFolder.make(root, "use another store with --cache");
      folder.folder("blobs").folder("sha256");
      LayoutFile file = new LayoutFile(folder);
      file.createWhenMissing();
      return new ImageStore(root, folder, new StoreIndex(file), StoreUse.of(folder), key, progress);
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

  /**
   * Gives a name as {@link #name} does, to what is made of what has it now: of several processes
   * that do so at once, none undoes what another one did.
   *
   * @param change called while every other process waits to read or write names
   * @return what has the name now
   */
  public Descriptor rename(Reference reference, Function<Optional<Descriptor>, Descriptor> change) {
    return index.rename(reference, change);
  }

  /**
   * Says that this process uses the store: until it is closed, nothing is deleted but what is asked
   * for by name. It waits for whoever is just deleting. To be held from before the first blob is
   * looked for until the last one has a name.
   */
  public Use use() {
    use.begin();
    return new Use(use);
  }

  /** See {@link ImageStore#use}. */
  public static final class Use implements AutoCloseable {
    private final StoreUse use;
    private boolean ended;

    private Use(StoreUse use) {
      this.use = use;
    }

    @Override
    public synchronized void close() {
      if (!ended) {
        ended = true;
        use.end();
      }
    }
  }

  /** Who uses it. */
  StoreUse users() {
    return use;
  }

  /** All that has a name, in the order of {@code index.json}. */
  public List<NamedDescriptor> list() {
    return index.list();
  }

  /** Takes a name away; what it stood for. */
  List<Descriptor> unname(Reference reference) {
    return index.unname(reference);
  }

  /** Deletes what was left of lists of images; how much that was, in bytes. */
  long deleteUnfinished() {
    return index.deleteUnfinished();
  }

  /** All roots, those without a name too. */
  List<Descriptor> roots() {
    return index.roots();
  }

  /** Whether a blob is there in its right size; that it is whole shows when it is read. */
  public boolean has(Descriptor blob) {
    return blobs.has(blob);
  }

  /** Whether a blob is there and undamaged; it is looked through for that. */
  public boolean isWhole(Descriptor blob) {
    return blobs.isWhole(blob);
  }

  void readThrough(Descriptor blob) throws IOException {
    blobs.readThrough(blob, place());
  }

  /**
   * Makes sure of what {@link #has} tells.
   *
   * @param image what the blob is of, for the failure
   * @throws BlobFailure when it is not so
   */
  public void require(Descriptor blob, Reference image) {
    if (!has(blob)) {
      throw BlobFailure.missing(blob, place(image));
    }
  }

  /** All that an index or manifest leads to, itself included, as far as it can be read. */
  public Collection<Descriptor> reachable(Descriptor root) {
    return Reachability.of(this, List.of(root)).values();
  }

  /**
   * A blob as content, verified whenever it is read.
   *
   * @param image what it is of, for failures
   */
  public Content content(Descriptor blob, Reference image) {
    return StoredBlob.of(this, blob, image);
  }

  /**
   * A whole document: an index, a manifest, a configuration.
   *
   * @throws BlobFailure when it is missing, damaged, or larger than {@link #MAX_DOCUMENT}
   */
  public byte[] read(Descriptor blob) {
    return blobs.read(blob, place());
  }

  /**
   * The same.
   *
   * @param image what the document is of, for failures
   */
  public byte[] read(Descriptor blob, Reference image) {
    return blobs.read(blob, place(image));
  }

  /**
   * A new unbuffered stream over a blob; the caller closes it. Before its last byte is handed out,
   * digest and size are checked: reading throws a {@link BlobFailure} when they are wrong.
   *
   * @throws BlobFailure when it is missing or of another size
   */
  public InputStream open(Descriptor blob) {
    return blobs.open(blob, place());
  }

  /** The same, of an image that failures name. */
  InputStream open(Descriptor blob, Reference image) {
    return blobs.open(blob, place(image));
  }

  /** The same for reading at any place; the reader verifies what it reads. */
  FileChannel channel(Descriptor blob, Reference image) {
    return blobs.channel(blob, place(image));
  }

  /**
   * Begins a blob; the caller commits and closes it.
   *
   * @param size in bytes
   * @param source what failures name as the place the bytes come from; may be empty
   */
  public BlobWriter write(Digest digest, long size, String source) {
    return blobs.write(digest, size, source);
  }

  /** Stores bytes under their SHA-256, unless they are there already, undamaged. */
  public Descriptor add(String mediaType, byte[] content) {
    return blobs.add(mediaType, content);
  }

  /**
   * Stores all of a stream under its SHA-256.
   *
   * @param content stays the caller's
   * @param source what failures name as the place the bytes come from
   * @throws IOException when the stream fails; nothing is stored then
   */
  public Descriptor add(String mediaType, InputStream content, String source) throws IOException {
    return blobs.add(mediaType, content, source);
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
    return image(reference, image, BlobRepair.NONE);
  }

  /**
   * The same, of documents that were read before.
   *
   * @param repair used when a layer turns out to be missing or damaged
   */
  public Image image(Reference reference, SelectedImage image, BlobRepair repair) {
    return new StoredImage(this, reference, image, repair);
  }

  /**
   * A layer as the archive that it is when nothing compresses it.
   *
   * @param diffId what its configuration says that it is
   * @throws linuxkit.base.Failure when it is something else, or missing, or damaged
   */
  public Content unpacked(Reference image, Descriptor layer, Digest diffId) {
    return layers
        .open(new StoreBlob(this, layer, image, BlobRepair.NONE), diffId, image.toString())
        .archive();
  }

  /** What is derived from blobs and may be thrown away at any time. */
  public WorkCache work() {
    return work;
  }

  /** Returns the name of the folder of what is derived. */
  String derived() {
    return String.valueOf(SharedFolder.ownPath(root, DERIVED).getFileName());
  }

  Layers layers() {
    return layers;
  }

  Path file(Digest digest) {
    return blobs.file(digest);
  }
}
