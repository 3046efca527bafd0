package linuxkit.system.assembly;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ExecutableContent;
import linuxkit.oci.Image;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.ImageConfig;
import linuxkit.oci.Images;
import linuxkit.oci.LayerChange;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.system.SystemFailure;

/** Images in memory, by name. */
public final class MemoryImages implements Images {
  static final long MODIFIED = 1_600_000_000L;

  public static final Digest LAYER = Digest.sha256("layer".getBytes(StandardCharsets.UTF_8));

  private final Map<Reference, Image> images = new HashMap<>();

  /** A tree that is being built, with missing parents. */
  public static final class Files {
    private final FileTree tree = new FileTree(Metadata.of(0755, 0, 0, MODIFIED));
    private final Origin origin = new Origin("", "", LAYER.toString());

    public Files directory(String path) {
      parents(path);
      tree.put(path, new Node.Directory(Metadata.of(0750, 1, 2, MODIFIED)), origin);
      return this;
    }

    /** Adds the root, as an archive with an entry for it does. */
    public Files root() {
      tree.put("", new Node.Directory(Metadata.of(0700, 5, 6, MODIFIED)), origin);
      return this;
    }

    /** Adds an implied directory. */
    public Files implied(String path) {
      tree.put(path, new Node.Directory(Metadata.of(0755, 0, 0, 0), true), origin);
      return this;
    }

    public Files file(String path, String text) {
      return file(path, text.getBytes(StandardCharsets.UTF_8));
    }

    public Files file(String path, byte[] bytes) {
      return file(path, Content.of(bytes));
    }

    public Files file(String path, Content content) {
      parents(path);
      Metadata metadata = Metadata.of(0640, 3, 4, MODIFIED);
      tree.put(path, new Node.RegularFile(metadata, content), origin);
      return this;
    }

    /** Adds an empty file with the given permissions and extended attributes. */
    public Files with(String path, int permissions, Map<String, String> xattrs) {
      parents(path);
      Metadata metadata = new Metadata(permissions, 0, 0, MODIFIED, new TreeMap<>(xattrs));
      tree.put(path, new Node.RegularFile(metadata, Content.of(new byte[0])), origin);
      return this;
    }

    /** Adds an ELF program of which only the header exists. */
    public Files program(String path, int machine) {
      parents(path);
      Metadata metadata = Metadata.of(0755, 0, 0, MODIFIED);
      tree.put(path, new Node.RegularFile(metadata, new Program(machine)), origin);
      return this;
    }

    public Files symlink(String path, String target) {
      parents(path);
      tree.put(path, new Node.Symlink(Metadata.of(0777, 0, 0, MODIFIED), target), origin);
      return this;
    }

    private void parents(String path) {
      int slash = path.lastIndexOf('/');
      if (slash >= 0 && tree.find(path.substring(0, slash)).isEmpty()) {
        directory(path.substring(0, slash));
      }
    }
  }

  private record Program(int number) implements ExecutableContent {
    @Override
    public OptionalInt machine() {
      return OptionalInt.of(number);
    }

    @Override
    public long size() {
      return 0;
    }

    @Override
    public String sha256() {
      return Content.of(new byte[0]).sha256();
    }

    @Override
    public InputStream open() {
      return InputStream.nullInputStream();
    }
  }

  /** The label that stands for the user of an image. */
  static final String USER = "user";

  public MemoryImages add(String name, Consumer<Files> files) {
    return add(name, Map.of(), files);
  }

  public MemoryImages add(String name, Map<String, String> labels, Consumer<Files> files) {
    Reference reference = Reference.parse(name);
    ImageConfig config =
        new ImageConfig(
            "linux",
            "amd64",
            new ImageConfig.ProcessConfig(
                List.of("/entry"),
                List.of("-x"),
                List.of("A=b"),
                "/work",
                labels.getOrDefault(USER, ""),
                ""),
            new TreeMap<>(labels),
            List.of());
    images.put(reference, new TestImage(reference, config, files));
    return this;
  }

  @Override
  public Image find(Reference reference, Platform platform) {
    Image image = images.get(reference);
    if (image == null) {
      throw new SystemFailure("no such image", reference.toString(), "");
    }
    return image;
  }

  @Override
  public ImageBlobs blobs(Reference reference, List<Platform> platforms) {
    Digest digest = find(reference, Platform.linux("amd64")).digest();
    byte[] manifest = reference.toString().getBytes(StandardCharsets.UTF_8);
    Digest layer = Digest.sha256(platforms.toString().getBytes(StandardCharsets.UTF_8));
    SequencedMap<Digest, Content> blobs = new LinkedHashMap<>();
    blobs.put(digest, Content.of(manifest));
    blobs.put(layer, Content.of(platforms.toString().getBytes(StandardCharsets.UTF_8)));
    return new ImageBlobs(
        new Descriptor(
            MediaTypes.OCI_MANIFEST, digest, manifest.length, Optional.empty(), new TreeMap<>()),
        blobs);
  }

  private record TestImage(Reference reference, ImageConfig config, Consumer<Files> files)
      implements Image {
    @Override
    public Digest digest() {
      return Digest.sha256(reference.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public FileTree tree() {
      Files made = new Files();
      files.accept(made);
      return made.tree;
    }

    @Override
    public List<Content> attestations(String predicateType) {
      return List.of();
    }

    @Override
    public List<LayerChange> history(String path) {
      return tree().find(path).stream()
          .map(entry -> new LayerChange(LAYER, Optional.of(entry.node())))
          .toList();
    }
  }

  /** Returns labels with the configuration of a container. */
  public static SortedMap<String, String> label(String json) {
    return new TreeMap<>(Map.of("org.mobyproject.config", json));
  }
}
