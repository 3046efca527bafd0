package linuxkit.test;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.archive.TarWriter;

/**
 * An image with features that Debian's packages lack: extended attributes, and several links to one
 * file.
 */
final class AttributesImage {
  private static final String NAME = "example.org/attributes:1";
  private static final String FOLDER = "usr/share/attributes";
  private static final long TIME = 1_500_000_000;

  private AttributesImage() {}

  /** Writes it as an OCI archive. */
  static void write(Path archive) throws IOException {
    new OciArchive().add(NAME, List.of(layer())).write(archive);
  }

  private static byte[] layer() throws IOException {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, TIME));
    for (String path : List.of("usr", "usr/share")) {
      tree.put(path, new Node.Directory(Metadata.of(0755, 0, 0, TIME)), Origin.NONE);
    }
    tree.put(FOLDER, new Node.Directory(with("user.folder", "of a folder")), Origin.NONE);
    Metadata metadata = with("user.note", "x".repeat(200), "user.other", "of a file");
    Node linked = new Node.RegularFile(metadata, Content.of("linked\n".getBytes(UTF_8)));
    tree.put(FOLDER + "/first", linked, Origin.NONE);
    tree.put(FOLDER + "/second", linked, Origin.NONE);
    // The same attributes again, which a file system may keep once.
    tree.put(
        FOLDER + "/third", new Node.RegularFile(metadata, Content.of(new byte[5000])), Origin.NONE);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(bytes);
    tar.addTree(tree, TarWriter.NO_RECORDS);
    tar.finish();
    return bytes.toByteArray();
  }

  private static Metadata with(String... xattrs) {
    SortedMap<String, String> map = new TreeMap<>();
    for (int i = 0; i < xattrs.length; i += 2) {
      map.put(xattrs[i], xattrs[i + 1]);
    }
    return new Metadata(0755, 0, 0, TIME, map);
  }
}
