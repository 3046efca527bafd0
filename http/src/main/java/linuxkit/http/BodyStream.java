package linuxkit.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import linuxkit.base.io.BlockInput;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, read as it arrives. A request's own timeout ends with the answer's header
 * (JDK-8258397), so this one watches the rest: time spent waiting for the peer counts, time that
 * the reader takes does not.
 */
public final class BodyStream extends BlockInput
    implements HttpResponse.BodySubscriber<BodyStream> {
  /** What came: bytes, or the end, for which there may be a cause. */
  private record Event(List<ByteBuffer> buffers, boolean isLast, @Nullable Throwable cause) {}

  /** How many lists of buffers, of 16 to 512 KiB each as a rule, may wait for the reader. */
  private static final int AHEAD = 2;

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final long stallNanos;
  private final int stallBytes;
  private volatile Flow.@Nullable Subscription subscription;
  private List<ByteBuffer> buffers = List.of();
  private int next;
  private boolean ended;
  private long waited;
  private long arrived;

  BodyStream(RetryPolicy patience) {
    this.stallNanos = patience.stall().toNanos();
    this.stallBytes = patience.stallBytes();
  }

  @Override
  public CompletionStage<BodyStream> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(AHEAD);
  }

  @Override
  public void onNext(List<ByteBuffer> item) {
    events.add(new Event(item, false, null));
  }

  @Override
  public void onError(Throwable throwable) {
    events.add(new Event(List.of(), true, throwable));
  }

  @Override
  public void onComplete() {
    events.add(new Event(List.of(), true, null));
  }

  @Override
  protected int readBlock(byte[] target, int offset, int length) throws IOException {
    while (true) {
      while (next < buffers.size()) {
        ByteBuffer buffer = buffers.get(next);
        if (buffer.hasRemaining()) {
          int count = Math.min(length, buffer.remaining());
          buffer.get(target, offset, count);
          return count;
        }
        next++;
      }
      if (ended) {
        return -1;
      }
      fill();
    }
  }

  private void fill() throws IOException {
    Event event = await();
    if (event.cause() != null) {
      ended = true;
      throw event.cause() instanceof IOException io ? io : new IOException(event.cause());
    }
    buffers = event.buffers();
    next = 0;
    ended = event.isLast();
    if (!ended) {
      count(buffers);
      Objects.requireNonNull(subscription).request(1);
    }
  }

  private void count(List<ByteBuffer> data) {
    for (ByteBuffer buffer : data) {
      arrived += buffer.remaining();
    }
    if (arrived >= stallBytes) {
      arrived = 0;
      waited = 0;
    }
  }

  private Event await() throws IOException {
    long start = System.nanoTime();
    try {
      Event event = events.poll(stallNanos - waited, TimeUnit.NANOSECONDS);
      waited += System.nanoTime() - start;
      if (event == null) {
        close();
        throw new HttpTimeoutException(
            "the transfer stalled: less than "
                + stallBytes
                + " bytes in "
                + TimeUnit.NANOSECONDS.toSeconds(stallNanos)
                + " s");
      }
      return event;
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  /** Ends the transfer where it is; a body that is not read to its end costs its connection. */
  @Override
  public void close() {
    if (!ended) {
      ended = true;
      Flow.Subscription current = subscription;
      if (current != null) {
        current.cancel();
      }
    }
  }
}
