package linuxkit.http;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/** The body of a request. Its {@code toString} does not reveal it. */
public final class RequestBody {
  /** Opens the content, once per attempt. The reader closes the stream. */
  @FunctionalInterface
  public interface Source {
    InputStream open() throws IOException;
  }

  private final String mediaType;
  private final String contentRange;
  private final Source content;
  private final long start;
  private final long length;
  private final AtomicLong sent = new AtomicLong();
  private volatile @Nullable Failure failure;

  private RequestBody(
      String mediaType, String contentRange, Source content, long start, long length) {
    this.mediaType = mediaType;
    this.contentRange = contentRange;
    this.content = content;
    this.start = start;
    this.length = length;
  }

  public static RequestBody of(String mediaType, byte[] bytes) {
    return new RequestBody(mediaType, "", () -> new ByteArrayInputStream(bytes), 0, bytes.length);
  }

  public static RequestBody form(String form) {
    return of("application/x-www-form-urlencoded", form.getBytes(StandardCharsets.US_ASCII));
  }

  public static RequestBody empty() {
    return of("application/octet-stream", new byte[0]);
  }

  /**
   * Returns a body that sends a part of a blob.
   *
   * @param ranged whether to send a {@code Content-Range} (OCI distribution specification, "Pushing
   *     a blob in chunks")
   */
  public static RequestBody part(Source content, long start, long length, boolean ranged) {
    return new RequestBody(
        "application/octet-stream",
        ranged ? start + "-" + (start + length - 1) : "",
        content,
        start,
        length);
  }

  String mediaType() {
    return mediaType;
  }

  /** Returns the value of the {@code Content-Range} field; empty to omit it. */
  String contentRange() {
    return contentRange;
  }

  /** Returns the number of bytes handed to the connection in this attempt. */
  long sent() {
    return sent.get();
  }

  /** Returns whether all bytes were handed to the connection. */
  boolean isSent() {
    return sent.get() >= length;
  }

  /** Returns the failure of the content itself, for example if it is damaged. */
  Optional<Failure> failure() {
    return Optional.ofNullable(failure);
  }

  BodyPublisher publisher() {
    if (length == 0) {
      return BodyPublishers.noBody();
    }
    return BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(this::open), length);
  }

  private InputStream open() {
    sent.set(0);
    try {
      InputStream in = content.open();
      in.skipNBytes(start);
      return new CountedPart(in);
    } catch (Failure f) {
      failure = f;
      throw f;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends after the part, although the content may go on. */
  private final class CountedPart extends FilterInputStream {
    CountedPart(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      long left = length - sent.get();
      if (left == 0) {
        return -1;
      }
      try {
        int n = super.read(bytes, offset, (int) Math.min(count, left));
        sent.addAndGet(Math.max(n, 0));
        return n;
      } catch (Failure f) {
        failure = f;
        throw new IOException(f);
      }
    }
  }
}
