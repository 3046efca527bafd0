package linuxkit.boot.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import linuxkit.filesystem.read.FileVisitor;
import linuxkit.filesystem.read.StoredFile;

/** Limits how much an artefact unpacks to. */
final class BoundedVisitor implements FileVisitor {
  static final long MOST = 64L << 30;

  private final FileVisitor visitor;
  private final Path file;
  private long bytes;

  BoundedVisitor(FileVisitor visitor, Path file) {
    this.visitor = visitor;
    this.file = file;
  }

  /** Returns a failure for more than {@link #MOST} bytes. */
  static UnpackFailure tooLarge(String where) {
    return new UnpackFailure("it unpacks to more than 64 GiB", where, "");
  }

  @Override
  public void visit(StoredFile stored, InputStream content) throws IOException {
    bytes += stored.size();
    if (stored.size() > MOST || bytes > MOST) {
      throw tooLarge(file.toString());
    }
    visitor.visit(stored, content);
  }
}
