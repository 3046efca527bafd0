package linuxkit.run;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A port of this machine that leads to a port of the guest (spec linuxkit-cli 7.1).
 *
 * @param host 1 to 65535
 * @param guest 1 to 65535
 */
public record PublishSpec(int host, int guest, Protocol protocol) {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,5}):([0-9]{1,5})(?:/(tcp|udp))?");

  /** A transport protocol. */
  public enum Protocol {
    TCP,
    UDP;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public PublishSpec {
    if (!valid(host) || !valid(guest)) {
      throw new OptionFailure(
          "cannot publish " + host + ":" + guest + ": no such port", "ports go from 1 to 65535");
    }
  }

  private static boolean valid(int port) {
    return port >= 1 && port <= 65_535;
  }

  /**
   * Reads {@code host:guest[/tcp|udp]}, TCP where it does not say.
   *
   * @throws OptionFailure for anything else
   */
  public static PublishSpec parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new OptionFailure(
          "cannot understand the published port \"" + text + "\"",
          "write HOST:GUEST or HOST:GUEST/udp, such as 8080:80");
    }
    return new PublishSpec(
        Integer.parseInt(matcher.group(1)),
        Integer.parseInt(matcher.group(2)),
        "udp".equals(matcher.group(3)) ? Protocol.UDP : Protocol.TCP);
  }
}
