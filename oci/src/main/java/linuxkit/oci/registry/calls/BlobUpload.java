package linuxkit.oci.registry.calls;

import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.base.Progress;
import linuxkit.filesystem.Content;
import linuxkit.http.Request;
import linuxkit.http.RequestBody;
import linuxkit.http.Response;
import linuxkit.http.Urls;
import linuxkit.oci.Descriptor;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.endpoint.Endpoint;

/**
 * Uploads a blob to a registry, one step per call (OCI distribution specification, "Pushing
 * blobs"). The blob is mounted from another repository if possible, sent in one request if it is
 * small, or else streamed. An interrupted stream continues at the offset that the registry reports.
 * If a registry refuses streams of that length, the blob is sent in pieces.
 */
public final class BlobUpload implements Call<Boolean> {
  private static final long SMALL = 1 << 20;
  private static final long PIECE = 16 << 20;

  /** The bytes after which an upload that is often interrupted still counts as making progress. */
  private static final long PROGRESS = 1 << 20;

  private static final int MAX_SETBACKS = 5;
  private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-([0-9]{1,18})");

  private enum Step {
    BEGIN,
    SEND,
    QUERY_OFFSET,
    FINISH,
    DONE
  }

  private final Endpoint endpoint;
  private final Descriptor blob;
  private final Content content;
  private final Progress.Task task;
  private Optional<String> mount;
  private Step step = Step.BEGIN;
  private URI session;
  private boolean pending;
  private long received;
  private long reported;
  private long checkpoint;
  private long piece = Long.MAX_VALUE;
  private long minimumPiece;
  private int setbacks;

  /**
   * Prepares an upload. No request is sent before the first call.
   *
   * @param mount a repository of the same registry that may have the blob
   */
  public BlobUpload(
      Endpoint endpoint,
      Descriptor blob,
      Content content,
      Optional<String> mount,
      Progress.Task task) {
    this.endpoint = endpoint;
    this.blob = blob;
    this.content = content;
    this.mount = mount;
    this.task = task;
    this.session = endpoint.root();
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  public boolean isDone() {
    return step == Step.DONE;
  }

  @Override
  public String action() {
    return "upload a blob";
  }

  @Override
  public Request request() {
    if (pending) {
      recover();
    }
    pending = true;
    return switch (step) {
      case BEGIN ->
          send(
              Request.Method.POST,
              endpoint.uploads(mount.map(m -> "?mount=" + blob.digest() + "&from=" + m).orElse("")),
              RequestBody.empty());
      case SEND -> send(Request.Method.PATCH, session, part());
      case QUERY_OFFSET -> Request.get(session, where());
      case FINISH ->
          send(
              Request.Method.PUT,
              withDigest(session),
              blob.size() <= SMALL
                  ? RequestBody.part(content::open, 0, blob.size(), false)
                  : RequestBody.empty());
      case DONE -> throw new IllegalStateException("the upload is done");
    };
  }

  private Request send(Request.Method method, URI uri, RequestBody body) {
    return Request.send(method, uri, body, where());
  }

  private RequestBody part() {
    long length = Math.min(blob.size() - received, piece);
    return RequestBody.part(content::open, received, length, length < blob.size());
  }

  // Only the registry knows how much of an interrupted stream has arrived.
  private void recover() {
    if (step == Step.SEND) {
      step = Step.QUERY_OFFSET;
    } else if (step != Step.BEGIN) {
      restart();
    }
    countSetback();
  }

  private void restart() {
    step = Step.BEGIN;
    received = 0;
    mount = Optional.empty();
  }

  private void countSetback() {
    if (received - checkpoint >= PROGRESS) {
      checkpoint = received;
      setbacks = 0;
    }
    if (++setbacks > MAX_SETBACKS) {
      throw new RegistryFailure.Unreachable(
          "the upload of " + blob.digest() + " is interrupted repeatedly",
          where(),
          "try again later, or ask the registry's operator",
          null);
    }
  }

  @Override
  public boolean accepts(int status) {
    return switch (step) {
      case BEGIN -> status == 201 || status == 202;
      case SEND ->
          status == 202 || status == 201 || status == 204 || isSessionLost(status) || status == 413;
      case QUERY_OFFSET -> status == 204 || status == 202 || status == 200 || isSessionLost(status);
      case FINISH -> status == 201 || status == 204 || isSessionLost(status);
      case DONE -> false;
    };
  }

  private static boolean isSessionLost(int status) {
    return status == 400 || status == 404 || status == 416;
  }

  @Override
  public Boolean read(Response response) {
    pending = false;
    int status = response.status();
    if (step != Step.BEGIN && (isSessionLost(status) || status == 413)) {
      refused(status);
      return false;
    }
    switch (step) {
      case BEGIN -> begun(response);
      case SEND -> {
        received += Math.min(blob.size() - received, piece);
        advance(response);
      }
      case QUERY_OFFSET -> {
        received = offset(response);
        advance(response);
      }
      case FINISH -> {
        received = blob.size();
        step = Step.DONE;
      }
      case DONE -> throw new IllegalStateException("the upload is done");
    }
    report();
    return isDone();
  }

  private void refused(int status) {
    if (status == 413 && piece > PIECE) {
      piece = Math.max(PIECE, minimumPiece);
      step = Step.QUERY_OFFSET;
    } else if (step == Step.SEND && status == 416) {
      step = Step.QUERY_OFFSET;
    } else {
      restart();
    }
    countSetback();
  }

  private void begun(Response response) {
    if (response.status() == 201) {
      // The blob was mounted.
      received = blob.size();
      step = Step.DONE;
      return;
    }
    minimumPiece = Math.min(length(response).orElse(0), blob.size());
    session = location(response);
    step = blob.size() <= SMALL ? Step.FINISH : Step.SEND;
  }

  private static OptionalLong length(Response response) {
    String text = response.header("oci-chunk-min-length").orElse("");
    return text.matches("[0-9]{1,18}")
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }

  private void advance(Response response) {
    if (response.header("location").isPresent()) {
      session = location(response);
    }
    step = received == blob.size() ? Step.FINISH : Step.SEND;
  }

  private long offset(Response response) {
    Matcher range = RANGE.matcher(response.header("range").orElse(""));
    if (!range.matches()) {
      return 0;
    }
    long last = Long.parseLong(range.group(1));
    if (last >= blob.size()) {
      throw new RegistryFailure.WrongContent(
          "registry "
              + endpoint.authority()
              + " reports more bytes of "
              + blob.digest()
              + " than it has",
          where(),
          "try again");
    }
    // Registries report one byte and no bytes in the same way.
    return last == 0 ? 0 : last + 1;
  }

  private void report() {
    if (received > reported) {
      task.advance(received - reported);
      reported = received;
    }
  }

  private URI location(Response response) {
    String text = response.header("location").orElse("");
    try {
      if (!text.isEmpty()) {
        return Urls.follow(
            response.uri(), response.uri().resolve(text), "the upload location", where());
      }
    } catch (IllegalArgumentException e) {
      // Reported below.
    }
    throw new RegistryFailure.WrongContent(
        "registry " + endpoint.authority() + " does not name an upload location",
        where(),
        "check that this is a registry that accepts images");
  }

  private URI withDigest(URI place) {
    String text = place.toString();
    return URI.create(text + (place.getRawQuery() == null ? "?" : "&") + "digest=" + blob.digest());
  }

  private String where() {
    return endpoint.reference().toString();
  }
}
