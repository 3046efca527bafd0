package linuxkit.run;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A port of this machine that is forwarded to a port of the guest (spec linuxkit-cli 7.1).
 *
 * @param host 1 to 65535
 * @param guest 1 to 65535
 */
public record PortMapping(int host, int guest, Protocol protocol) {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,5}):([0-9]{1,5})(?:/(tcp|udp))?");

  /** A transport protocol. */
  public enum Protocol {
    TCP,
    UDP;

    /** Returns the name in lower case. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public PortMapping {
    if (!valid(host) || !valid(guest)) {
      throw new OptionFailure(
          "cannot publish " + host + ":" + guest + ": port out of range",
          "ports range from 1 to 65535");
    }
  }

  private static boolean valid(int port) {
    return port >= 1 && port <= 65_535;
  }

  /**
   * Reads {@code HOST:GUEST[/tcp|udp]}; the default is TCP.
   *
   * @throws OptionFailure for anything else
   */
  public static PortMapping parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new OptionFailure(
          "invalid published port \"" + text + "\"",
          "write HOST:GUEST or HOST:GUEST/udp, for example 8080:80");
    }
    return new PortMapping(
        Integer.parseInt(matcher.group(1)),
        Integer.parseInt(matcher.group(2)),
        "udp".equals(matcher.group(3)) ? Protocol.UDP : Protocol.TCP);
  }
}
