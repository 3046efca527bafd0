package linuxkit.run;

import java.io.IOException;
import linuxkit.base.Failure;

/** A port of this machine cannot be published because opening it fails. */
public final class PortFailure extends Failure {
  private static final long serialVersionUID = 1;

  public PortFailure(PortMapping port, IOException cause) {
    super(
        "cannot publish "
            + port.protocol().label()
            + " port "
            + port.listener()
            + ": "
            + cause.getMessage(),
        "",
        "stop the program that uses it, or publish another port, for example --publish "
            + (port.host() % 50_000 + 10_000)
            + ":"
            + port.guest(),
        cause);
  }
}
