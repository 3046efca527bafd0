package linuxkit.engine;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import javax.net.ssl.SSLException;
import linuxkit.base.Failure;
import linuxkit.base.FileFailure;
import linuxkit.http.Connections;
import linuxkit.http.HttpClients;
import linuxkit.http.RetryPolicy;
import org.jspecify.annotations.Nullable;

/** Reads manifests: files, {@code -} for standard input, http and https addresses. */
public final class ManifestFetcher {
  /** Limit in bytes, larger than any manifest written by hand. */
  private static final int LARGEST = 16 << 20;

  private final InputStream standardInput;
  private final Settings settings;
  private final RetryPolicy retries;

  ManifestFetcher(InputStream standardInput, Settings settings, RetryPolicy retries) {
    this.standardInput = standardInput;
    this.settings = settings;
    this.retries = retries;
  }

  /** Checks whether an argument is an http or https URL. */
  public static boolean isAddress(String argument) {
    return argument.startsWith("http://") || argument.startsWith("https://");
  }

  byte[] read(String argument) {
    if (argument.equals("-")) {
      return readInput();
    }
    return isAddress(argument) ? fetch(argument) : readFile(Path.of(argument));
  }

  private byte[] readInput() {
    try {
      return bounded(standardInput, "standard input");
    } catch (IOException e) {
      throw new ManifestUnreadable("cannot read standard input: " + e.getMessage(), "-", "", e);
    }
  }

  private static byte[] readFile(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return bounded(in, file.toString());
    } catch (IOException e) {
      throw FileFailure.of("cannot read the manifest", file, e);
    }
  }

  private byte[] fetch(String address) {
    checkLogin(address);
    try (HttpClient client =
        HttpClients.builder(settings.environment(), settings.certificates())
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(retries.connect())
            .build()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(address)).timeout(retries.response()).GET().build();
      HttpResponse<? extends InputStream> response =
          HttpClients.send(client, request, HttpClients.document(retries));
      try (InputStream body = response.body()) {
        if (response.statusCode() != 200) {
          throw new ManifestUnreadable(
              "the server returned status " + response.statusCode(),
              address,
              "check the URL",
              null);
        }
        return bounded(body, address);
      }
    } catch (SSLException e) {
      throw new ManifestUnreadable(
          "no TLS connection to the server: " + Connections.problem(e),
          address,
          "check the URL; add the certificate of its authority with --cert-file FILE",
          e);
    } catch (IOException e) {
      throw new ManifestUnreadable(
          "cannot fetch the manifest: "
              + Connections.problem(e)
                  .orElseGet(() -> Objects.requireNonNullElse(e.getMessage(), e.toString())),
          address,
          "check the URL and the network",
          e);
    } catch (IllegalArgumentException e) {
      throw new ManifestUnreadable(
          "not a valid URL: " + e.getMessage(), address, "check the URL", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ManifestUnreadable("interrupted", address, "", e);
    }
  }

  // Whatever names the manifest's place, such as a failure, would show it.
  private static void checkLogin(String address) {
    int scheme = address.indexOf("://") + 3;
    int end = address.indexOf('/', scheme);
    int at = address.substring(0, end < 0 ? address.length() : end).lastIndexOf('@');
    if (at >= scheme) {
      throw new ManifestUnreadable(
          "the URL has a login in it, which is not sent",
          address.substring(0, scheme) + address.substring(at + 1),
          "fetch the manifest with another program, and name the file",
          null);
    }
  }

  private static byte[] bounded(InputStream in, String where) throws IOException {
    byte[] bytes = in.readNBytes(LARGEST + 1);
    if (bytes.length > LARGEST) {
      throw new ManifestUnreadable(
          "larger than " + (LARGEST >> 20) + " MiB", where, "check that it is a manifest", null);
    }
    return bytes;
  }

  /** A manifest that cannot be read. */
  public static final class ManifestUnreadable extends Failure {
    private static final long serialVersionUID = 1;

    ManifestUnreadable(String what, String where, String hint, @Nullable Throwable cause) {
      super(what, where, hint, cause);
    }
  }
}
