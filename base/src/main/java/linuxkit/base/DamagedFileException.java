package linuxkit.base;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A cached file has changed since it was written or found. */
public final class DamagedFileException extends FileSystemException {
  private static final long serialVersionUID = 1;

  public DamagedFileException(Path file) {
    super(file.toString(), null, "the cached file is damaged");
  }
}
