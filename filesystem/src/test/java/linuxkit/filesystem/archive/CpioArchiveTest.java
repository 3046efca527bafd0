package linuxkit.filesystem.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Trees;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;

class CpioArchiveTest extends ArchiveContract {
  @Override
  void write(FileTree tree, OutputStream out) throws IOException {
    CpioWriter writer = new CpioWriter(out);
    writer.addTree(tree.root());
    writer.finish();
  }

  @Override
  SortedMap<String, String> list(byte[] archive) throws IOException {
    SortedMap<String, String> lines = new TreeMap<>();
    Map<Long, String> first = new HashMap<>();
    try (var in = new CpioArchiveInputStream(new ByteArrayInputStream(archive), "UTF-8")) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        String path = entry.getName();
        Metadata metadata =
            Metadata.of(
                (int) entry.getMode() & 07777, entry.getUID(), entry.getGID(), entry.getTime());
        String what = what(entry, in.readAllBytes());
        String known = entry.isDirectory() ? null : first.putIfAbsent(entry.getInode(), path);
        if (known != null && entry.isRegularFile()) {
          // The last name carries the data, which belongs to the first.
          lines.put(known, Trees.line(what, metadata));
        }
        lines.put(path, Trees.line(known == null ? what : "link " + known, metadata));
      }
    }
    return lines;
  }

  private static String what(CpioArchiveEntry entry, byte[] bytes) {
    String device = entry.getRemoteDeviceMaj() + ":" + entry.getRemoteDeviceMin();
    return switch ((int) entry.getMode() & 0170000) {
      case 0010000 -> "fifo";
      case 0020000 -> "character " + device;
      case 0040000 -> "directory";
      case 0060000 -> "block " + device;
      case 0120000 -> "symlink " + new String(bytes, UTF_8);
      default -> Trees.file(bytes);
    };
  }

  @Override
  String[] unpack() {
    return new String[] {"cpio", "--extract", "--quiet", "--preserve-modification-time"};
  }

  // GNU cpio sets the time of a directory before filling it, and never that of a symbolic link.
  @Override
  String asUnpacked(String line) {
    return line.startsWith("directory") || line.startsWith("symlink")
        ? line.replaceFirst("@\\d+", "")
        : line;
  }
}
