package linuxkit.run;

import java.io.IOException;
import linuxkit.base.Failure;

/** A port of this machine that was to be published cannot be opened. */
public final class PortFailure extends Failure {
  private static final long serialVersionUID = 1;

  PortFailure(PublishSpec publish, IOException cause) {
    super(
        "cannot publish "
            + publish.protocol().word()
            + " port "
            + publish.host()
            + ": "
            + cause.getMessage(),
        "",
        "stop what listens there, or publish another port, such as --publish "
            + (publish.host() % 50_000 + 10_000)
            + ":"
            + publish.guest(),
        cause);
  }
}
