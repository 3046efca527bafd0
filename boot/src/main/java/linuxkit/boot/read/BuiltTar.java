package linuxkit.boot.read;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.archive.TarEntry;
import linuxkit.filesystem.archive.TarReader;
import linuxkit.system.inspect.InspectedSystem;
import linuxkit.system.tree.PlacementListener;

/** Reads a tar archive of a system. */
final class BuiltTar {
  private BuiltTar() {}

  static InspectedSystem read(Path file, PlacementListener placements) {
    TreeCollector collector = TreeCollector.of(file, placements);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 17)) {
      TarReader reader = new TarReader(in, file.toString());
      for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
        TarEntry entry = next.get();
        collector.put(entry.path(), node(entry, collector), origin(entry));
      }
      return collector.system(true);
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file, e);
    }
  }

  private static Node node(TarEntry entry, TreeCollector collector) throws IOException {
    Metadata metadata = entry.metadata();
    return switch (entry.type()) {
      case FILE ->
          new Node.RegularFile(
              metadata, collector.content(entry.path(), entry.size(), entry.content()));
      case HARD_LINK ->
          collector
              .tree()
              .find(entry.link())
              .map(FileTree.Entry::node)
              .filter(node -> !(node instanceof Node.Directory))
              .orElseThrow(
                  () ->
                      collector.failure(
                          "it links to /" + entry.link() + ", which is not a file", entry.path()));
      case DIRECTORY -> new Node.Directory(metadata);
      case SYMLINK -> new Node.Symlink(metadata, entry.link());
      case CHARACTER_DEVICE ->
          device(
              metadata, Node.Device.Kind.CHARACTER, entry.device().major(), entry.device().minor());
      case BLOCK_DEVICE ->
          device(metadata, Node.Device.Kind.BLOCK, entry.device().major(), entry.device().minor());
      case FIFO -> new Node.Fifo(metadata);
    };
  }

  static Node device(Metadata metadata, Node.Device.Kind kind, int major, int minor) {
    return new Node.Device(metadata, kind, major, minor);
  }

  private static Origin origin(TarEntry entry) {
    return new Origin(
        utf8(entry.records().getOrDefault("LINUXKIT.location", "")),
        utf8(entry.records().getOrDefault("LINUXKIT.source", "")),
        "");
  }

  private static String utf8(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
