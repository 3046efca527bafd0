package linuxkit.boot.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import linuxkit.filesystem.read.FileVisitor;
import linuxkit.filesystem.read.StoredFile;

/** Limits how much an artefact unpacks to. */
record BoundedVisitor(FileVisitor visitor, Path file, long[] bytes) implements FileVisitor {
  private static final long MOST = 64L << 30;

  BoundedVisitor(FileVisitor visitor, Path file) {
    this(visitor, file, new long[1]);
  }

  @Override
  public void visit(StoredFile stored, InputStream content) throws IOException {
    bytes[0] += stored.size();
    if (stored.size() > MOST || bytes[0] > MOST) {
      throw new UnpackFailure("it unpacks to more than 64 GiB", file.toString(), "");
    }
    visitor.visit(stored, content);
  }
}
