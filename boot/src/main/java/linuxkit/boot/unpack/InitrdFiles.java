package linuxkit.boot.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import linuxkit.boot.initrd.InitrdMarks;
import linuxkit.boot.read.InitrdArchives;
import linuxkit.boot.root.FirstStage;
import linuxkit.filesystem.archive.CpioEntry;
import linuxkit.filesystem.archive.TarEntry;
import linuxkit.filesystem.read.ErofsReader;
import linuxkit.filesystem.read.FileVisitor;
import linuxkit.filesystem.read.StoredFile;

/** Reads the files of an initrd: of its archives, or of the root that is an image in them. */
final class InitrdFiles {
  /** Opens the initrd. */
  @FunctionalInterface
  interface Source {
    InputStream open() throws IOException;
  }

  private static final String CONTAINERS = "containers/";

  private final FileVisitor visitor;
  // By archive and number: the first name of a file with several.
  private final Map<String, String> links = new HashMap<>();

  private InitrdFiles(FileVisitor visitor) {
    this.visitor = visitor;
  }

  static void read(Source source, String where, FileVisitor visitor) throws IOException {
    boolean[] image = new boolean[1];
    try (InputStream in = source.open()) {
      InitrdArchives.read(
          in,
          where,
          (_, entry) -> {
            image[0] = entry.path().equals(FirstStage.IMAGE);
            // A first stage has no containers, so that no image follows them.
            return !image[0] && !entry.path().startsWith(CONTAINERS);
          });
    }
    InitrdFiles files = new InitrdFiles(visitor);
    try (InputStream in = source.open()) {
      InitrdArchives.read(
          in,
          where,
          (archive, entry) -> {
            if (image[0]) {
              return !files.image(entry, where);
            }
            if (!InitrdMarks.contains(entry.path())) {
              files.add(archive, entry);
            }
            return true;
          });
    }
  }

  /** Reads the image, and returns true, if the entry is one. */
  private boolean image(CpioEntry entry, String where) throws IOException {
    boolean image = entry.path().equals(FirstStage.IMAGE);
    if (image) {
      try (Spool spool = Spool.of(entry.content(), where)) {
        ErofsReader.read(spool.bytes(), where + ", " + FirstStage.IMAGE, visitor);
      }
    }
    return image;
  }

  private void add(int archive, CpioEntry entry) throws IOException {
    TarEntry.Type type = entry.type();
    String link = entry.target();
    if (entry.inode().links() > 1
        && type != TarEntry.Type.DIRECTORY
        && type != TarEntry.Type.SYMLINK) {
      String first = links.putIfAbsent(archive + " " + entry.inode().number(), entry.path());
      if (first != null) {
        type = TarEntry.Type.HARD_LINK;
        link = first;
      }
    }
    visitor.visit(
        new StoredFile(entry.path(), type, entry.metadata(), link, entry.device(), entry.size()),
        entry.content());
  }
}
