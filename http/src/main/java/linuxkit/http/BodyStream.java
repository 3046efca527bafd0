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
 * The body of a response, read as it arrives. The timeout of a request ends with the response
 * header (JDK-8258397), so this stream has its own: it counts the time spent waiting for the
 * server, but not the time that the reader takes.
 */
public final class BodyStream extends BlockInput
    implements HttpResponse.BodySubscriber<BodyStream> {
  /** An event of the connection: bytes, or the end, with a cause if it failed. */
  private record Event(List<ByteBuffer> buffers, boolean isLast, @Nullable Throwable cause) {}

  /** The number of buffer lists that may wait for the reader, usually 16 to 512 KiB each. */
  private static final int AHEAD = 2;

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final long stallNanos;
  private final int stallBytes;
  private final long documentNanos;
  private volatile Flow.@Nullable Subscription subscription;
  private List<ByteBuffer> buffers = List.of();
  private int next;
  private boolean ended;
  private long waited;
  private long arrived;
  private long end = Long.MAX_VALUE;
  private long begun;

  BodyStream(RetryPolicy retries) {
    this.stallNanos = retries.stall().toNanos();
    this.stallBytes = retries.stallBytes();
    this.documentNanos = retries.document().toNanos();
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

  /** Limits the time until the end of the body to that of a document, from now on. */
  void endLikeADocument() {
    begun = System.nanoTime();
    end = documentNanos;
  }

  private void fill() throws IOException {
    if (System.nanoTime() - begun > end) {
      close();
      throw new HttpTimeoutException(
          "the transfer took longer than " + TimeUnit.NANOSECONDS.toSeconds(end) + " s");
    }
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

  /** Cancels the transfer. The connection cannot be reused unless the body was read to its end. */
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
