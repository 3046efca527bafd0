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
 * Brings a blob to a registry, a step a call (OCI distribution specification, "Pushing blobs"):
 * mounted from another repository, else in one request when it is small, else as a stream. A stream
 * that breaks off goes on where the registry says that it was; where a registry takes no such
 * stream, it gets the blob in pieces.
 */
public final class BlobUpload implements Call<Boolean> {
  private static final long SMALL = 1 << 20;
  private static final long PIECE = 16 << 20;

  /** After so much, an upload that breaks off again and again still gets somewhere. */
  private static final long PROGRESS = 1 << 20;

  private static final int MAX_SETBACKS = 5;
  private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-([0-9]{1,18})");

  private enum Step {
    BEGIN,
    SEND,
    ASK,
    FINISH,
    DONE
  }

  private final Endpoint upstream;
  private final Descriptor blob;
  private final Content content;
  private final Progress.Task task;
  private Optional<String> mount;
  private Step step = Step.BEGIN;
  private URI session;
  private boolean tried;
  private long received;
  private long reported;
  private long remembered;
  private long piece = Long.MAX_VALUE;
  private long leastPiece;
  private int setbacks;

  /**
   * @param mount a repository of the same registry that may have the blob
   */
  public BlobUpload(
      Endpoint upstream,
      Descriptor blob,
      Content content,
      Optional<String> mount,
      Progress.Task task) {
    this.upstream = upstream;
    this.blob = blob;
    this.content = content;
    this.mount = mount;
    this.task = task;
    this.session = upstream.root();
  }

  public Endpoint upstream() {
    return upstream;
  }

  public boolean isDone() {
    return step == Step.DONE;
  }

  @Override
  public Request request() {
    if (tried) {
      setBack();
    }
    tried = true;
    return switch (step) {
      case BEGIN ->
          send(
              Request.Method.POST,
              upstream.uploads(mount.map(m -> "?mount=" + blob.digest() + "&from=" + m).orElse("")),
              RequestBody.empty());
      case SEND -> send(Request.Method.PATCH, session, part());
      case ASK -> Request.get(session, where());
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

  // Nothing tells how much of a stream that broke off has arrived but the registry itself.
  private void setBack() {
    if (step == Step.SEND) {
      step = Step.ASK;
    } else if (step != Step.BEGIN) {
      restart();
    }
    count();
  }

  private void restart() {
    step = Step.BEGIN;
    received = 0;
    mount = Optional.empty();
  }

  private void count() {
    if (received - remembered >= PROGRESS) {
      remembered = received;
      setbacks = 0;
    }
    if (++setbacks > MAX_SETBACKS) {
      throw new RegistryFailure.Unreachable(
          "the upload of " + blob.digest() + " breaks off again and again",
          where(),
          "try again later, or ask whoever runs the registry",
          null);
    }
  }

  @Override
  public boolean accepts(int status) {
    return switch (step) {
      case BEGIN -> status == 201 || status == 202;
      case SEND ->
          status == 202 || status == 201 || status == 204 || isLost(status) || status == 413;
      case ASK -> status == 204 || status == 202 || status == 200 || isLost(status);
      case FINISH -> status == 201 || status == 204 || isLost(status);
      case DONE -> false;
    };
  }

  private static boolean isLost(int status) {
    return status == 400 || status == 404 || status == 416;
  }

  @Override
  public Boolean read(Response answer) {
    tried = false;
    int status = answer.status();
    if (step != Step.BEGIN && (isLost(status) || status == 413)) {
      refused(status);
      return false;
    }
    switch (step) {
      case BEGIN -> begun(answer);
      case SEND -> {
        received += Math.min(blob.size() - received, piece);
        move(answer);
      }
      case ASK -> {
        received = offset(answer);
        move(answer);
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
      piece = Math.max(PIECE, leastPiece);
      step = Step.ASK;
    } else if (step == Step.SEND && status == 416) {
      step = Step.ASK;
    } else {
      restart();
    }
    count();
  }

  private void begun(Response answer) {
    if (answer.status() == 201) {
      // The other repository had it.
      received = blob.size();
      step = Step.DONE;
      return;
    }
    leastPiece = Math.min(length(answer).orElse(0), blob.size());
    session = location(answer);
    step = blob.size() <= SMALL ? Step.FINISH : Step.SEND;
  }

  private static OptionalLong length(Response answer) {
    String text = answer.header("oci-chunk-min-length").orElse("");
    return text.matches("[0-9]{1,18}")
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }

  private void move(Response answer) {
    if (answer.header("location").isPresent()) {
      session = location(answer);
    }
    step = received == blob.size() ? Step.FINISH : Step.SEND;
  }

  private long offset(Response answer) {
    Matcher range = RANGE.matcher(answer.header("range").orElse(""));
    if (!range.matches()) {
      return 0;
    }
    long last = Long.parseLong(range.group(1));
    if (last >= blob.size()) {
      throw new RegistryFailure.WrongContent(
          "registry " + upstream.authority() + " has more of " + blob.digest() + " than there is",
          where(),
          "try again");
    }
    // A single byte and none at all are said in the same way.
    return last == 0 ? 0 : last + 1;
  }

  private void report() {
    if (received > reported) {
      task.advance(received - reported);
      reported = received;
    }
  }

  private URI location(Response answer) {
    String text = answer.header("location").orElse("");
    try {
      if (!text.isEmpty()) {
        return Urls.follow(
            answer.uri(), answer.uri().resolve(text), "the place for an upload", where());
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new RegistryFailure.WrongContent(
        "registry " + upstream.authority() + " names no place for an upload",
        where(),
        "check that it is a registry that takes images");
  }

  private URI withDigest(URI place) {
    String text = place.toString();
    return URI.create(text + (place.getRawQuery() == null ? "?" : "&") + "digest=" + blob.digest());
  }

  private String where() {
    return upstream.reference().toString();
  }
}
