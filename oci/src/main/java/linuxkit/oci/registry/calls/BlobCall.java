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
 * Fetches a blob, or a part of one (OCI distribution specification, "Pulling blobs"). A transfer
 * that breaks off goes on where it was; what came before is kept, since in the end the digest
 * judges all of it.
 */
public final class BlobCall implements Call<Long> {
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\\*)");

  /** After so much, a transfer that breaks off again and again still gets somewhere. */
  private static final long PROGRESS = 1 << 20;

  private Endpoint upstream;
  private final Descriptor blob;
  private final long start;
  private final long end;
  private final OutputStream sink;
  private final Progress.Task task;
  // Counted from the start of the blob, whatever the part.
  private long received;
  private long remembered;
  private boolean rangesRefused;

  /**
   * @param sink told every byte once, in order; it throws no IOException, which would count as one
   *     of the network
   */
  public BlobCall(Endpoint upstream, Descriptor blob, OutputStream sink, Progress.Task task) {
    this(upstream, blob, 0, blob.size(), sink, task);
  }

  /**
   * The same for a part.
   *
   * @param start of the first byte
   * @param end behind the last one
   */
  public BlobCall(
      Endpoint upstream,
      Descriptor blob,
      long start,
      long end,
      OutputStream sink,
      Progress.Task task) {
    this.upstream = upstream;
    this.blob = blob;
    this.start = start;
    this.end = end;
    this.received = start;
    this.remembered = start;
    this.sink = sink;
    this.task = task;
  }

  /** Goes on with what is missing at another place. */
  public BlobCall at(Endpoint other) {
    upstream = other;
    rangesRefused = false;
    return this;
  }

  @Override
  public Request request() {
    return Request.get(upstream.blob(blob.digest().toString()), upstream.reference().toString())
        .ranging(rangesRefused ? 0 : received, end == blob.size() ? -1 : end - 1);
  }

  @Override
  public boolean accepts(int status) {
    boolean ranged = received > 0 || end < blob.size();
    return status == 200 || (ranged && (status == 206 || status == 416));
  }

  @Override
  public Long read(Response answer) throws IOException {
    if (answer.status() == 200) {
      requireLength(answer.length(), blob.size(), answer);
      skip(answer, received);
    } else if (!continues(answer)) {
      rangesRefused = true;
      throw new IOException("the registry does not go on where it broke off");
    } else {
      requireLength(answer.length(), end - received, answer);
    }
    copy(answer);
    return received - start;
  }

  @Override
  public boolean hasProgressed() {
    if (received - remembered < PROGRESS) {
      return false;
    }
    remembered = received;
    return true;
  }

  private boolean continues(Response answer) {
    Matcher range = CONTENT_RANGE.matcher(answer.header("content-range").orElse(""));
    return answer.status() == 206
        && range.matches()
        && Long.parseLong(range.group(1)) == received
        && Long.parseLong(range.group(2)) == end - 1
        && (range.group(3).equals("*") || Long.parseLong(range.group(3)) == blob.size());
  }

  private void requireLength(OptionalLong announced, long wanted, Response answer) {
    if (announced.isPresent() && announced.getAsLong() != wanted) {
      throw wrong(answer, "has " + announced.getAsLong() + " bytes instead of " + wanted);
    }
  }

  private static void skip(Response answer, long count) throws IOException {
    answer.body().skipNBytes(count);
  }

  private void copy(Response answer) throws IOException {
    byte[] buffer = new byte[64 * 1024];
    // Behind a part there may be more; behind a whole blob there must not.
    while (received < end || end == blob.size()) {
      int most = (int) Math.min(buffer.length, Math.max(end - received, 1));
      int count = answer.body().read(buffer, 0, most);
      if (count < 0) {
        break;
      }
      if (count > blob.size() - received) {
        throw wrong(answer, "is longer than the " + blob.size() + " bytes of its manifest");
      }
      sink.write(buffer, 0, count);
      received += count;
      task.advance(count);
    }
    if (received < end) {
      throw new IOException("it ended after " + received + " of " + end + " bytes");
    }
  }

  private RegistryFailure wrong(Response answer, String what) {
    return new RegistryFailure.WrongContent(
        "what comes from " + Urls.shown(answer.uri()) + " " + what,
        upstream.reference().toString(),
        "try again; if it stays so, the registry is broken or lies");
  }
}
