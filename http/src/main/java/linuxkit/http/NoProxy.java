package linuxkit.http;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The hosts of {@code no_proxy}, as Go's programs read it: {@code *}, names that include their
 * subdomains, {@code .name} for subdomains only, addresses, and address ranges such as {@code
 * 10.0.0.0/8}. Each may end in {@code :port}.
 */
record NoProxy(List<String> entries) {
  static NoProxy parse(String text) {
    return new NoProxy(
        List.of(text.toLowerCase(Locale.ROOT).split("[,\\s]+", -1)).stream()
            .filter(entry -> !entry.isEmpty())
            .toList());
  }

  boolean covers(String host, int port) {
    String name = host.toLowerCase(Locale.ROOT);
    Optional<InetAddress> address = Hosts.literal(name);
    return entries.stream().anyMatch(entry -> covers(entry, name, address, port));
  }

  private static boolean covers(
      String entry, String name, Optional<InetAddress> address, int port) {
    if (entry.equals("*")) {
      return true;
    }
    int slash = entry.indexOf('/');
    if (slash >= 0) {
      return address.isPresent()
          && inRange(address.get(), entry.substring(0, slash), entry.substring(slash + 1));
    }
    String host = Hosts.withoutPort(entry);
    boolean portGiven = host.length() < entry.length() && !entry.endsWith("]");
    if (portGiven && !entry.endsWith(":" + port)) {
      return false;
    }
    if (address.isPresent()) {
      return address.equals(Hosts.literal(host));
    }
    String suffix = host.startsWith("*.") ? host.substring(1) : host;
    return suffix.startsWith(".")
        ? name.endsWith(suffix)
        : name.equals(suffix) || name.endsWith("." + suffix);
  }

  private static boolean inRange(InetAddress address, String base, String length) {
    Optional<InetAddress> network = Hosts.literal(base);
    if (network.isEmpty() || !length.matches("[0-9]{1,3}")) {
      return false;
    }
    byte[] a = address.getAddress();
    byte[] b = network.get().getAddress();
    int bits = Integer.parseInt(length);
    if (a.length != b.length || bits > a.length * 8) {
      return false;
    }
    for (int i = 0; i < bits; i++) {
      if (((a[i / 8] ^ b[i / 8]) & (0x80 >> i % 8)) != 0) {
        return false;
      }
    }
    return true;
  }
}
