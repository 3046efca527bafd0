package linuxkit.system.sbom;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.oci.Digest;
import linuxkit.oci.Image;
import linuxkit.oci.ImageConfig;
import linuxkit.oci.LayerChange;
import linuxkit.oci.Reference;

/**
 * An image in memory.
 *
 * @param files texts by path; {@code PATH -> TARGET} is a symbolic link, {@code label NAME} a label
 */
public record PackagedImage(
    Reference reference, Map<String, String> files, List<Content> statements) implements Image {
  private static final String LABEL = "label ";

  static PackagedImage of(String name, Map<String, String> files, String... predicates) {
    List<Content> statements = new ArrayList<>();
    for (String predicate : predicates) {
      String statement =
          "{\"_type\":\"https://in-toto.io/Statement/v0.1\",\"predicateType\":\"https://spdx.dev/Document\","
              + "\"subject\":[],\"predicate\":"
              + predicate
              + "}";
      statements.add(Content.of(statement.getBytes(StandardCharsets.UTF_8)));
    }
    return new PackagedImage(Reference.parse(name), files, statements);
  }

  ImagePart part(String location, String folder) {
    return new ImagePart(location, folder, this, PackageDatabases.of(tree()));
  }

  @Override
  public Digest digest() {
    return Digest.sha256((reference + files.toString()).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public ImageConfig config() {
    TreeMap<String, String> labels = new TreeMap<>();
    files.forEach(
        (path, text) -> {
          if (path.startsWith(LABEL)) {
            labels.put(path.substring(LABEL.length()), text);
          }
        });
    return new ImageConfig("linux", "amd64", ImageConfig.ProcessConfig.NONE, labels, List.of());
  }

  @Override
  public FileTree tree() {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, 0));
    new TreeMap<>(files)
        .forEach(
            (path, text) -> {
              for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
                tree.put(
                    path.substring(0, slash),
                    new Node.Directory(Metadata.of(0755, 0, 0, 0)),
                    Origin.NONE);
              }
              int arrow = path.indexOf(" -> ");
              if (arrow >= 0) {
                tree.put(
                    path.substring(0, arrow),
                    new Node.Symlink(Metadata.of(0777, 0, 0, 0), path.substring(arrow + 4)),
                    Origin.NONE);
                return;
              }
              Content content = Content.of(text.getBytes(StandardCharsets.UTF_8));
              tree.put(
                  path, new Node.RegularFile(Metadata.of(0644, 0, 0, 0), content), Origin.NONE);
            });
    return tree;
  }

  @Override
  public List<Content> attestations(String predicateType) {
    return predicateType.equals("https://spdx.dev/Document") ? statements : List.of();
  }

  @Override
  public List<LayerChange> history(String path) {
    return List.of();
  }
}
