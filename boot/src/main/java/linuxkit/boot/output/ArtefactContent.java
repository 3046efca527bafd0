package linuxkit.boot.output;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.util.OptionalLong;
import linuxkit.base.SparseImage;
import linuxkit.filesystem.Content;

/** The bytes of an artefact, which are made as they are written, always the same. */
public sealed interface ArtefactContent {
  /** Returns the bytes of a file. */
  static ArtefactContent of(Content content) {
    return new Whole(content);
  }

  /** Returns the bytes of an image, whose holes become holes of the file. */
  static ArtefactContent of(SparseImage image) {
    return (File) image::writeTo;
  }

  /** Bytes that are written from front to back. */
  @FunctionalInterface
  non-sealed interface Stream extends ArtefactContent {
    void writeTo(OutputStream out) throws IOException;

    /** Returns the number of bytes; empty if it is not known before they are written. */
    default OptionalLong size() {
      return OptionalLong.empty();
    }
  }

  /** Bytes that exist before they are written. */
  record Whole(Content content) implements Stream {
    @Override
    public void writeTo(OutputStream out) throws IOException {
      content.writeTo(out);
    }

    @Override
    public OptionalLong size() {
      return OptionalLong.of(content.size());
    }
  }

  /** Bytes with holes between them, or that are written in any order. */
  @FunctionalInterface
  non-sealed interface File extends ArtefactContent {
    /**
     * Writes all bytes.
     *
     * @param file new and empty, also open for reading; stays open until all artefacts are written
     */
    void writeTo(FileChannel file) throws IOException;
  }
}
