package linuxkit.system.tree;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.system.SystemFailure;

/**
 * The merged list of Alpine's installed packages. Each init image has one at the same path, and the
 * system's list must name the packages of all.
 */
public final class ApkDatabase {
  private static final String PATH = "lib/apk/db/installed";
  private static final int LARGEST = 64 << 20;

  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private int seen;

  /** Creates an empty list. */
  public ApkDatabase() {}

  public void add(FileTree image) {
    FileTree.Entry entry = image.find(PATH).orElse(null);
    if (entry == null || !(entry.node() instanceof Node.RegularFile file)) {
      return;
    }
    if (file.content().size() > LARGEST - text.size()) {
      throw new SystemFailure(
          "the lists of installed packages are larger than " + (LARGEST >> 20) + " MiB",
          TreeBuilder.from(entry.origin()),
          "");
    }
    try (InputStream in = file.content().open()) {
      in.transferTo(text);
    } catch (IOException e) {
      throw new SystemFailure(
          "cannot read " + PATH + ": " + e.getMessage(), TreeBuilder.from(entry.origin()), "", e);
    }
    text.write('\n');
    text.write('\n');
    seen++;
  }

  /** Replaces the list if there was more than one. */
  public void writeTo(TreeBuilder builder) {
    if (seen > 1) {
      builder.put(
          PATH,
          new Node.RegularFile(Metadata.of(0644, 0, 0, 0), Content.of(text.toByteArray())),
          new Origin("init", "LINUXKIT.apkinit", ""));
    }
  }
}
