package linuxkit.oci.registry.calls;

import java.io.IOException;
import java.io.OutputStream;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.base.Progress;
import linuxkit.http.Request;
import linuxkit.http.Response;
import linuxkit.http.Urls;
import linuxkit.oci.Descriptor;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.endpoint.Endpoint;

/**
 * Fetches a blob, or a part of one (OCI distribution specification, "Pulling blobs"). An
 * interrupted transfer continues where it stopped. The bytes received so far are kept, because the
 * digest of the whole blob is checked in the end.
 */
public final class BlobCall implements Call<Long> {
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\\*)");

  /** The bytes after which a transfer that is often interrupted still counts as making progress. */
  private static final long PROGRESS = 1 << 20;

  // As large as what arrives at once at best: each piece costs a pass through all that takes it.
  private static final int BUFFER = 1 << 19;

  private Endpoint endpoint;
  private final Descriptor blob;
  private final long start;
  private final long end;
  private final OutputStream sink;
  private final Progress.Task task;
  // An offset in the blob, also when only a part is fetched.
  private long received;
  private long checkpoint;
  private boolean rangesRefused;

  /**
   * Prepares to fetch a whole blob.
   *
   * @param sink receives every byte once, in order; it must not throw an IOException, which would
   *     be treated as a network error
   */
  public BlobCall(Endpoint endpoint, Descriptor blob, OutputStream sink, Progress.Task task) {
    this(endpoint, blob, 0, blob.size(), sink, task);
  }

  /**
   * Prepares to fetch a part of a blob.
   *
   * @param start the offset of the first byte
   * @param end the offset after the last byte
   */
  public BlobCall(
      Endpoint endpoint,
      Descriptor blob,
      long start,
      long end,
      OutputStream sink,
      Progress.Task task) {
    this.endpoint = endpoint;
    this.blob = blob;
    this.start = start;
    this.end = end;
    this.received = start;
    this.checkpoint = start;
    this.sink = sink;
    this.task = task;
  }

  /** Continues at another endpoint with the bytes that are missing. */
  public BlobCall at(Endpoint other) {
    endpoint = other;
    rangesRefused = false;
    return this;
  }

  @Override
  public String action() {
    return "fetch a blob";
  }

  @Override
  public Request request() {
    return Request.get(endpoint.blob(blob.digest().toString()), endpoint.reference().toString())
        .ranging(rangesRefused ? 0 : received, end == blob.size() ? -1 : end - 1);
  }

  @Override
  public boolean accepts(int status) {
    boolean ranged = received > 0 || end < blob.size();
    return status == 200 || (ranged && (status == 206 || status == 416));
  }

  @Override
  public Long read(Response response) throws IOException {
    if (response.status() == 200) {
      requireLength(response.length(), blob.size(), response);
      skip(response, received);
    } else if (!continues(response)) {
      rangesRefused = true;
      throw new IOException("the registry does not resume an interrupted transfer");
    } else {
      requireLength(response.length(), end - received, response);
    }
    copy(response);
    return received - start;
  }

  @Override
  public boolean hasProgressed() {
    if (received - checkpoint < PROGRESS) {
      return false;
    }
    checkpoint = received;
    return true;
  }

  private boolean continues(Response response) {
    Matcher range = CONTENT_RANGE.matcher(response.header("content-range").orElse(""));
    return response.status() == 206
        && range.matches()
        && Long.parseLong(range.group(1)) == received
        && Long.parseLong(range.group(2)) == end - 1
        && (range.group(3).equals("*") || Long.parseLong(range.group(3)) == blob.size());
  }

  private void requireLength(OptionalLong announced, long wanted, Response response) {
    if (announced.isPresent() && announced.getAsLong() != wanted) {
      throw wrongContent(
          response, "is " + announced.getAsLong() + " bytes long instead of " + wanted);
    }
  }

  private static void skip(Response response, long count) throws IOException {
    response.body().skipNBytes(count);
  }

  private void copy(Response response) throws IOException {
    byte[] buffer = new byte[BUFFER];
    // A part may be followed by more bytes, a whole blob must not.
    while (received < end || end == blob.size()) {
      int most = (int) Math.min(buffer.length, Math.max(end - received, 1));
      int count = response.body().read(buffer, 0, most);
      if (count < 0) {
        break;
      }
      if (count > blob.size() - received) {
        throw wrongContent(
            response, "is longer than the " + blob.size() + " bytes that its manifest states");
      }
      sink.write(buffer, 0, count);
      received += count;
      task.advance(count);
    }
    if (received < end) {
      throw new IOException("the response ended after " + received + " of " + end + " bytes");
    }
  }

  private RegistryFailure wrongContent(Response response, String what) {
    return new RegistryFailure.WrongContent(
        "the content of " + Urls.shown(response.uri()) + " " + what,
        endpoint.reference().toString(),
        "try again; if it fails again, the registry is broken or not trustworthy");
  }
}
