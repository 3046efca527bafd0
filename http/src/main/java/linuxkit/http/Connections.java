package linuxkit.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says why there is no connection to a server. */
public final class Connections {
  private static final int MAX_CAUSES = 10;

  private Connections() {}

  /** Returns why a connection was not made; empty if it was made and broke off later. */
  public static Optional<String> problem(IOException failure) {
    // The client wraps the cause in exceptions of the same type that do not say anything.
    boolean isConnecting = failure instanceof ConnectException;
    Throwable cause = failure;
    for (int i = 0; i < MAX_CAUSES && cause != null; i++, cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return Optional.of("there is no host of that name");
      }
      if (cause instanceof HttpConnectTimeoutException) {
        return Optional.of("the connection timed out");
      }
      if (cause instanceof NoRouteToHostException) {
        return Optional.of("there is no route to the host");
      }
      String message = Objects.requireNonNullElse(cause.getMessage(), "");
      if (isConnecting && message.contains("timed out")) {
        return Optional.of("the connection timed out");
      }
      // The client closes the channel of a connection that was refused, and drops the message.
      if (isConnecting
          && (cause instanceof ClosedChannelException || message.contains("refused"))) {
        return Optional.of("the connection was refused");
      }
    }
    return isConnecting ? Optional.of("the connection failed") : Optional.empty();
  }

  /** Returns why there is no TLS connection. */
  public static String problem(SSLException failure) {
    @Nullable Throwable cause = failure;
    for (int i = 0; i < MAX_CAUSES && cause != null; i++, cause = cause.getCause()) {
      boolean certificate =
          cause instanceof CertificateException
              || cause instanceof CertPathValidatorException
              || cause instanceof CertPathBuilderException;
      if (certificate) {
        return "its certificate is not trusted: " + failure.getMessage();
      }
    }
    return String.valueOf(failure.getMessage());
  }
}
