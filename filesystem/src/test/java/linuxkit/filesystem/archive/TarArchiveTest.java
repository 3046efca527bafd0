package linuxkit.filesystem.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Trees;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

class TarArchiveTest extends ArchiveContract {
  @Override
  void write(FileTree tree, OutputStream out) throws IOException {
    TarWriter writer = new TarWriter(out);
    writer.addTree(tree, TarWriter.NO_RECORDS);
    writer.finish();
  }

  @Override
  SortedMap<String, String> list(byte[] archive) throws IOException {
    SortedMap<String, String> lines = new TreeMap<>();
    try (var in = new TarArchiveInputStream(new ByteArrayInputStream(archive), "UTF-8")) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        String path = entry.getName().replaceFirst("/$", "");
        String device = entry.getDevMajor() + ":" + entry.getDevMinor();
        String what =
            switch ((char) entry.getLinkFlag()) {
              case '0' -> Trees.file(in.readAllBytes());
              case '1' -> "link " + entry.getLinkName();
              case '2' -> "symlink " + entry.getLinkName();
              case '3' -> "character " + device;
              case '4' -> "block " + device;
              case '5' -> "directory";
              case '6' -> "fifo";
              default -> "of type " + entry.getLinkFlag();
            };
        Metadata metadata =
            Metadata.of(
                entry.getMode(),
                entry.getLongUserId(),
                entry.getLongGroupId(),
                entry.getLastModifiedTime().toInstant().getEpochSecond());
        lines.put(path, Trees.line(what, metadata));
      }
    }
    return lines;
  }

  @Override
  String[] unpack() {
    return new String[] {"tar", "-xp", "--numeric-owner", "--same-owner"};
  }
}
