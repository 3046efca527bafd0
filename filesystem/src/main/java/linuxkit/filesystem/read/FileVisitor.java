package linuxkit.filesystem.read;

import java.io.IOException;
import java.io.InputStream;

/** Called for each file, after the directory that it is in. */
@FunctionalInterface
public interface FileVisitor {
  /**
   * @param content of {@link StoredFile#size} bytes, usable until this call returns; need not be
   *     read
   */
  void visit(StoredFile file, InputStream content) throws IOException;
}
