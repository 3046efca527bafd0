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
 * Sends requests with a body. The timeout of a request would include the time that the body takes,
 * so this class watches the body instead: an upload may take any time while it makes progress.
 */
record UploadExchange(HttpClient client, RetryPolicy retries) {
  // After the last byte: registries with a separate blob storage copy the blob before they answer.
  private static final int RESPONSE_TIMEOUTS = 5;

  <T> HttpResponse<T> send(HttpRequest request, RequestBody body, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<T>> response = client.sendAsync(request, handler);
    long before = -1;
    int waited = 0;
    while (true) {
      try {
        return response.get(retries.response().toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException _) {
        waited = body.sent() > before ? 0 : waited + 1;
        before = body.sent();
        if (waited >= (body.isSent() ? RESPONSE_TIMEOUTS : 1)) {
          response.cancel(true);
          throw new HttpTimeoutException("the transfer stalled after " + before + " bytes");
        }
      } catch (InterruptedException e) {
        response.cancel(true);
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
