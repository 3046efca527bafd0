package linuxkit.run;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A port of this machine that is forwarded to a port of the guest.
 *
 * @param address the only address of this machine that listens; empty for all of them
 * @param host 1 to 65535
 * @param guest 1 to 65535
 */
public record PortMapping(Optional<InetAddress> address, int host, int guest, Protocol protocol) {
  private static final String NUMBER = "(?:0|[1-9][0-9]{0,2})";
  private static final Pattern FORM =
      Pattern.compile(
          "(?:("
              + NUMBER
              + "(?:\\."
              + NUMBER
              + "){3}|\\[[0-9a-fA-F:.]{2,45}]):)?([0-9]{1,5}):([0-9]{1,5})(?:/(tcp|udp))?");

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
   * Reads {@code [ADDRESS:]HOST:GUEST[/tcp|udp]}; the default is TCP. An IPv6 address is written in
   * brackets.
   *
   * @throws OptionFailure for anything else
   */
  public static PortMapping parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw invalid(text);
    }
    return new PortMapping(
        Optional.ofNullable(matcher.group(1)).map(address -> address(address, text)),
        Integer.parseInt(matcher.group(2)),
        Integer.parseInt(matcher.group(3)),
        "udp".equals(matcher.group(4)) ? Protocol.UDP : Protocol.TCP);
  }

  private static InetAddress address(String literal, String text) {
    try {
      return InetAddress.ofLiteral(
          literal.startsWith("[") ? literal.substring(1, literal.length() - 1) : literal);
    } catch (IllegalArgumentException _) {
      throw invalid(text);
    }
  }

  private static OptionFailure invalid(String text) {
    return new OptionFailure(
        "invalid published port \"" + text + "\"",
        "write HOST:GUEST, HOST:GUEST/udp or ADDRESS:HOST:GUEST, for example 127.0.0.1:8080:80");
  }

  /** Returns the address and port that listen, as {@link #parse} reads them. */
  public String listener() {
    return address.map(PortMapping::literal).map(text -> text + ":" + host).orElse("" + host);
  }

  private static String literal(InetAddress address) {
    String text = address.getHostAddress();
    return address instanceof Inet6Address ? "[" + text + "]" : text;
  }
}
