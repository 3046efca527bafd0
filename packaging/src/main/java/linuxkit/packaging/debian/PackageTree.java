package linuxkit.packaging.debian;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.archive.TarEntry;

/**
 * Combines the files of packages as dpkg would on a system with a merged {@code /usr}, without
 * running maintainer scripts.
 */
public final class PackageTree {
  private static final int DIRECTORY_MODE = 0755;

  private record Unpacked(DebianPackage pack, DebFile.Texts texts) {
    boolean replaces(DebianPackage other) {
      String where = "the package " + pack;
      ControlParagraph fields = ControlParagraph.parse(texts.control(), where);
      return Relation.parse(fields.get("Replaces").orElse(""), where).stream()
          .map(List::getFirst)
          .anyMatch(r -> r.name().equals(other.name()) && r.admits(other.version()));
    }
  }

  private final TemporaryStorage storage;
  private final FileTree tree;
  private final long modified;
  private final SequencedMap<String, Unpacked> packages = new LinkedHashMap<>();
  private final Map<String, String> owners = new TreeMap<>();

  /**
   * @param storage keeps the bytes of files; it must outlive the tree
   * @param modified the time of directories that no package has, in seconds since 1970
   */
  public PackageTree(TemporaryStorage storage, long modified) {
    this.storage = storage;
    this.modified = modified;
    this.tree = new FileTree(directory());
  }

  private Metadata directory() {
    return Metadata.of(DIRECTORY_MODE, 0, 0, modified);
  }

  /** Returns all files so far; the caller may change the tree after the last package. */
  public FileTree tree() {
    return tree;
  }

  /** Returns the name of the package that each path is from; directories are not included. */
  public Map<String, String> owners() {
    return Collections.unmodifiableMap(owners);
  }

  /**
   * Returns the paragraph that records a package: its control file, and as {@code Origin} whose
   * archive it is from, whatever it says itself.
   */
  public String status(String name) {
    Unpacked unpacked = Optional.ofNullable(packages.get(name)).orElseThrow();
    StringBuilder paragraph = new StringBuilder();
    boolean skipped = false;
    for (String line : unpacked.texts().control().lines().toList()) {
      if (line.isBlank()) {
        continue;
      }
      boolean continued = line.startsWith(" ") || line.startsWith("\t");
      skipped = continued ? skipped : line.regionMatches(true, 0, "Origin:", 0, "Origin:".length());
      if (!skipped) {
        paragraph.append(line).append('\n');
      }
    }
    String origin = unpacked.pack().archive().origin();
    if (!origin.isEmpty()) {
      paragraph.append("Origin: ").append(origin).append('\n');
    }
    return paragraph.toString();
  }

  /** Returns the script that dpkg would run after unpacking each package; empty if it has none. */
  public SequencedMap<String, String> scripts() {
    SequencedMap<String, String> scripts = new LinkedHashMap<>();
    packages.forEach((name, unpacked) -> scripts.put(name, unpacked.texts().postinst()));
    return scripts;
  }

  /**
   * Unpacks a package.
   *
   * @throws linuxkit.base.Failure if it is damaged or hostile, or another package has the same file
   */
  public void add(DebianPackage pack, Path deb) {
    String where = deb + " (" + pack + ")";
    Map<String, Node> files = new LinkedHashMap<>();
    Map<String, Node> links = new HashMap<>();
    try (InputStream in = Downloaded.open(deb, pack.size(), pack.sha256())) {
      DebFile.Texts texts =
          DebFile.read(
              in,
              where,
              entry -> {
                String path = MergedUsr.map(entry.path());
                boolean moved = MergedUsr.isLink(path);
                if (moved && entry.type() == TarEntry.Type.SYMLINK) {
                  return;
                }
                path = moved ? "usr/" + path : path;
                Node node = node(entry, links, where);
                files.put(path, node);
                links.put(path, node);
              });
      Unpacked unpacked = new Unpacked(pack, texts);
      packages.put(pack.name(), unpacked);
      files.forEach((path, node) -> put(path, node, unpacked, where));
    } catch (IOException e) {
      throw FileFailure.of("cannot read the package", deb, e);
    }
  }

  private Node node(TarEntry entry, Map<String, Node> links, String where) throws IOException {
    return switch (entry.type()) {
      case DIRECTORY -> new Node.Directory(entry.metadata());
      case SYMLINK -> new Node.Symlink(entry.metadata(), entry.link());
      case FIFO -> new Node.Fifo(entry.metadata());
      case CHARACTER_DEVICE ->
          new Node.Device(
              entry.metadata(),
              Node.Device.Kind.CHARACTER,
              entry.device().major(),
              entry.device().minor());
      case BLOCK_DEVICE ->
          new Node.Device(
              entry.metadata(),
              Node.Device.Kind.BLOCK,
              entry.device().major(),
              entry.device().minor());
      case HARD_LINK ->
          Optional.ofNullable(links.get(MergedUsr.map(entry.link())))
              .filter(Node::canHaveLinks)
              .orElseThrow(
                  () ->
                      new DebianFailure.BadFormat(
                          "the package links "
                              + entry.path()
                              + " to "
                              + entry.link()
                              + ", which is not one of its files",
                          where));
      case FILE -> {
        Content content = storage.add(entry.content());
        yield new Node.RegularFile(entry.metadata(), content);
      }
    };
  }

  private void put(String path, Node node, Unpacked from, String where) {
    if (path.isEmpty()) {
      return;
    }
    makeParents(path, where);
    Optional<FileTree.Entry> old = tree.find(path);
    boolean bothDirectories =
        node instanceof Node.Directory
            && old.map(entry -> entry.node() instanceof Node.Directory).orElse(false);
    // As in dpkg, a directory belongs to all packages and stays as the first one made it.
    if (bothDirectories || !wins(path, node, old, from)) {
      return;
    }
    tree.put(path, node, Origin.NONE);
    if (!(node instanceof Node.Directory)) {
      owners.put(path, from.pack().name());
    }
  }

  private boolean wins(String path, Node node, Optional<FileTree.Entry> old, Unpacked from) {
    String owner = owners.get(path);
    if (old.isEmpty() || from.pack().name().equals(owner)) {
      return true;
    }
    Unpacked other = owner == null ? null : packages.get(owner);
    if (other != null && from.replaces(other.pack())) {
      return true;
    }
    if ((other != null && other.replaces(from.pack())) || isSame(node, old.get().node())) {
      return false;
    }
    throw new DebianFailure.Conflict(
        "the package "
            + from.pack()
            + " has "
            + path
            + ", which "
            + (other == null ? "another package" : other.pack().toString())
            + " also has");
  }

  private static boolean isSame(Node a, Node b) {
    return switch (a) {
      case Node.RegularFile file ->
          b instanceof Node.RegularFile other
              && file.content().sha256().equals(other.content().sha256());
      case Node.Symlink link ->
          b instanceof Node.Symlink other && link.target().equals(other.target());
      case Node.Directory _, Node.Device _, Node.Fifo _ -> false;
    };
  }

  private void makeParents(String path, String where) {
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      String parent = path.substring(0, slash);
      Optional<FileTree.Entry> entry = tree.find(parent);
      if (entry.isEmpty()) {
        tree.put(parent, new Node.Directory(directory()), Origin.NONE);
      } else if (!(entry.get().node() instanceof Node.Directory)) {
        throw new DebianFailure.BadFormat(
            "the package has " + path + ", but " + parent + " is not a directory", where);
      }
    }
  }
}
