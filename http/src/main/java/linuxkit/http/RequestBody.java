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

/** What is sent along with a request. Its text form shows nothing of it. */
public final class RequestBody {
  /** Opens what is sent, once for each try; the reader closes it. */
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
   * A part of a blob.
   *
   * @param ranged whether to say which part it is (OCI distribution specification, "Pushing a blob
   *     in chunks")
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

  /** The value of that header field; empty when there is to be none. */
  String contentRange() {
    return contentRange;
  }

  /** How many bytes were handed to the connection so far. */
  long sent() {
    return sent.get();
  }

  /** Whether all of it was. */
  boolean isSent() {
    return sent.get() >= length;
  }

  /** What went wrong with the content itself, as when it is damaged. */
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

  /** The part, and not what comes after it. */
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
