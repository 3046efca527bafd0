package linuxkit.boot.unpack;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import linuxkit.base.io.RandomAccessInput;
import linuxkit.filesystem.archive.TarEntry;
import linuxkit.filesystem.archive.TarReader;
import linuxkit.filesystem.read.FileVisitor;
import linuxkit.filesystem.read.StoredFile;

/** Reads the files of tar archives. */
final class TarFiles {
  private TarFiles() {}

  static void read(InputStream in, String where, FileVisitor visitor) throws IOException {
    TarReader reader = new TarReader(in, where);
    for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
      TarEntry entry = next.get();
      visitor.visit(
          new StoredFile(
              entry.path(),
              entry.type(),
              entry.metadata(),
              entry.link(),
              entry.device(),
              entry.size()),
          entry.content());
    }
  }

  /** Returns the disk of a virtual appliance; empty if the archive is not one. */
  static Optional<RandomAccessInput> applianceDisk(RandomAccessInput in, String where)
      throws IOException {
    TarReader reader = new TarReader(new BufferedInputStream(in.stream()), where);
    Optional<TarEntry> first = reader.next();
    if (first.isEmpty() || !first.get().path().endsWith(".ovf")) {
      return Optional.empty();
    }
    Optional<TarEntry> second = reader.next();
    return second
        .filter(entry -> entry.path().endsWith(".vmdk") && entry.body().sparse().isEmpty())
        .map(entry -> in.part(entry.body().offset(), entry.size()));
  }
}
