package linuxkit.base.own;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import linuxkit.base.AtomicFile;

/**
 * An output that the user names. If it is a link, the file that the link leads to is written. A
 * file appears whole or not at all. Devices, pipes and files that this process has open, such as
 * {@code /dev/stdout}, are written directly.
 */
public final class NamedOutput implements AutoCloseable {
  private final OutputStream stream;
  private final Optional<AtomicFile> file;

  private NamedOutput(OutputStream stream, Optional<AtomicFile> file) {
    this.stream = stream;
    this.file = file;
  }

  /** Writes the content of an output. */
  @FunctionalInterface
  public interface Writer {
    /**
     * @param out unbuffered; need not be closed
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes an output.
   *
   * @throws OwnFolderFailure if a link on the way to it belongs to somebody else
   */
  public static void write(Path output, Writer writer) throws IOException {
    try (NamedOutput out = create(output)) {
      writer.writeTo(out.stream());
      out.commit();
    }
  }

  /**
   * Opens an output, which is complete after {@link #commit}. A pipe is opened once it has a
   * reader.
   *
   * @throws OwnFolderFailure if a link on the way to it belongs to somebody else
   */
  public static NamedOutput create(Path output) throws IOException {
    Optional<Path> place = PathLinks.output(output);
    if (place.isEmpty() || isSpecial(place.get())) {
      return new NamedOutput(open(output, place), Optional.empty());
    }
    AtomicFile file = AtomicFile.create(place.get());
    return new NamedOutput(file.stream(), Optional.of(file));
  }

  /** Returns an unbuffered stream, which need not be closed. */
  public OutputStream stream() {
    return stream;
  }

  /** Puts the file in its place and returns it; empty for what is written directly. */
  public Optional<Path> commit() throws IOException {
    if (file.isEmpty()) {
      stream.close();
      return Optional.empty();
    }
    file.get().commit();
    return Optional.of(file.get().target());
  }

  @Override
  public void close() throws IOException {
    if (file.isPresent()) {
      file.get().close();
    } else {
      stream.close();
    }
  }

  /**
   * Returns whether a place is a pipe or the like, which cannot be replaced by a file.
   *
   * @param place as {@link PathLinks#output} returns it
   */
  public static boolean isSpecial(Path place) {
    return Files.exists(place, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Opens an output that is written directly.
   *
   * @param place as {@link PathLinks#output} returns it
   */
  public static OutputStream open(Path output, Optional<Path> place) throws IOException {
    return place.isEmpty()
        ? Files.newOutputStream(output)
        : Files.newOutputStream(place.get(), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  }
}
