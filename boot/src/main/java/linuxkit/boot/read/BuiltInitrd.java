package linuxkit.boot.read;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import linuxkit.base.FileFailure;
import linuxkit.boot.initrd.InitrdMarks;
import linuxkit.boot.root.FirstStage;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.archive.CpioEntry;
import linuxkit.system.inspect.InspectedSystem;
import linuxkit.system.tree.PlacementListener;

/** Reads a system from its kernel and initrd. */
final class BuiltInitrd {
  private static final Metadata PLAIN = Metadata.of(0644, 0, 0, 0);

  /** The names read so far of a file with several, and its content once that is known. */
  private record Links(Node node, long size, List<String> paths) {}

  private final TreeCollector collector;
  private final Map<String, Links> links = new HashMap<>();

  private BuiltInitrd(TreeCollector collector) {
    this.collector = collector;
  }

  static InspectedSystem read(
      Path initrd, Path kernel, Path cmdline, PlacementListener placements) {
    TreeCollector collector = TreeCollector.of(initrd, placements);
    BuiltInitrd reader = new BuiltInitrd(collector);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(initrd), 1 << 17)) {
      InitrdArchives.read(
          in,
          initrd.toString(),
          (archive, entry) -> {
            reader.add(archive, entry);
            return true;
          });
    } catch (IOException e) {
      throw FileFailure.of("cannot read", initrd, e);
    }
    if (collector.tree().find(FirstStage.IMAGE).isPresent()) {
      throw new ReadFailure(
          "its root is a compressed image, which cannot be read back",
          initrd.toString(),
          "build the system with --format tar as well, and name that",
          null);
    }
    reader.add("boot/kernel", kernel);
    reader.add("boot/cmdline", cmdline);
    return collector.system(false);
  }

  private void add(String path, Path file) {
    if (Files.exists(file)) {
      try (InputStream in = Files.newInputStream(file)) {
        Content content = collector.content(path, Files.size(file), in);
        collector.put(path, new Node.RegularFile(PLAIN, content), Origin.NONE);
      } catch (IOException e) {
        throw FileFailure.of("cannot read", file, e);
      }
    }
  }

  private void add(int archive, CpioEntry entry) throws IOException {
    if (InitrdMarks.contains(entry.path())) {
      return;
    }
    Origin origin = new Origin("archive " + archive + " of the initrd", "", "");
    Node node = node(entry);
    if (entry.inode().links() > 1 && node.canHaveLinks()) {
      node = linked(archive + " " + entry.inode().number(), node, entry, origin);
    }
    collector.put(entry.path(), node, origin);
  }

  /** Shares one file among its names. Any of them may carry the content, not only the first. */
  private Node linked(String file, Node node, CpioEntry entry, Origin origin) {
    Links known = links.get(file);
    if (known == null || (known.size() > 0 && entry.size() > 0)) {
      known = new Links(node, entry.size(), new ArrayList<>());
      links.put(file, known);
    } else if (entry.size() > 0) {
      known.paths().forEach(path -> collector.replace(path, node, origin));
      known = new Links(node, entry.size(), known.paths());
      links.put(file, known);
    }
    if (known.size() == 0) {
      known.paths().add(entry.path());
    }
    return known.node();
  }

  private Node node(CpioEntry entry) throws IOException {
    Metadata metadata = entry.metadata();
    return switch (entry.type()) {
      case FILE ->
          new Node.RegularFile(
              metadata, collector.content(entry.path(), entry.size(), entry.content()));
      case DIRECTORY -> new Node.Directory(metadata);
      case SYMLINK -> new Node.Symlink(metadata, entry.target());
      case CHARACTER_DEVICE -> device(entry, Node.Device.Kind.CHARACTER);
      case BLOCK_DEVICE -> device(entry, Node.Device.Kind.BLOCK);
      case FIFO -> new Node.Fifo(metadata);
      case HARD_LINK -> throw new IllegalStateException("cpio has no hard link entries");
    };
  }

  private static Node device(CpioEntry entry, Node.Device.Kind kind) {
    return new Node.Device(entry.metadata(), kind, entry.device().major(), entry.device().minor());
  }
}
