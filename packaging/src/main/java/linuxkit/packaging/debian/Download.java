package linuxkit.packaging.debian;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import linuxkit.base.AtomicFile;
import linuxkit.base.FileFailure;

/**
 * A file that is being downloaded; nothing remains of it if it is closed without a commit. Errors
 * in writing it are thrown as a {@link FileFailure}, because trying another download would not
 * help.
 */
final class Download extends OutputStream {
  private final AtomicFile file;
  private final OutputStream out;

  Download(Path target) {
    try {
      this.file = AtomicFile.create(target);
    } catch (IOException e) {
      throw FileFailure.of("cannot write", target, e);
    }
    this.out = file.stream();
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw FileFailure.of("cannot write", file.target(), e);
    }
  }

  void commit() {
    try {
      file.commit();
    } catch (IOException e) {
      throw FileFailure.of("cannot write", file.target(), e);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw FileFailure.of("cannot remove the incomplete file", file.target(), e);
    }
  }
}
