package linuxkit.http;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends requests with a body. A request's own timeout counts the time that the body takes, so here
 * it is watched instead: as long as it moves, it may take as long as it does.
 */
record UploadExchange(HttpClient client, RetryPolicy patience) {
  // Registries that keep their blobs elsewhere copy them before they answer.
  private static final int ANSWERS = 5;

  <T> HttpResponse<T> send(HttpRequest request, RequestBody body, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<T>> answer = client.sendAsync(request, handler);
    long before = -1;
    int waited = 0;
    while (true) {
      try {
        return answer.get(patience.answer().toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException _) {
        waited = body.sent() > before ? 0 : waited + 1;
        before = body.sent();
        if (waited >= (body.isSent() ? ANSWERS : 1)) {
          answer.cancel(true);
          throw new HttpTimeoutException("the transfer stalled after " + before + " bytes");
        }
      } catch (InterruptedException e) {
        answer.cancel(true);
        throw e;
      } catch (ExecutionException e) {
        if (body.failure().isPresent()) {
          throw body.failure().get();
        }
        throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
      }
    }
  }
}
