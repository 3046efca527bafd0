package linuxkit.boot;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.util.OptionalLong;
import linuxkit.filesystem.Content;

/** The bytes of an artefact, on their way: the same ones every time. */
sealed interface Body {
  /** What is written from front to back. */
  @FunctionalInterface
  non-sealed interface Stream extends Body {
    void writeTo(OutputStream out) throws IOException;

    /** In bytes; empty when it is not known before it is written. */
    default OptionalLong size() {
      return OptionalLong.empty();
    }
  }

  /** What is there as it will be written. */
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

  /** What has holes, or goes back to what was written. */
  @FunctionalInterface
  non-sealed interface File extends Body {
    /**
     * @param file new and empty, for reading as well; stays open until all artefacts are written
     */
    void writeTo(FileChannel file) throws IOException;
  }
}
