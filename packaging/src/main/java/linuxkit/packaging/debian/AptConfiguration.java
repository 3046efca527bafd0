package linuxkit.packaging.debian;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Settings of apt (apt.conf(5)), written as {@code A::B "value";} or {@code A { B "value"; };}.
 * Only the last value of a list is kept, and directives such as {@code #clear} are ignored; the
 * settings used here need neither.
 */
final class AptConfiguration {
  private static final Pattern TOKEN =
      Pattern.compile(
          "//[^\n]*|#[^\n]*|/\\*.*?\\*/|\"(?<quoted>[^\"\n]*)\"|(?<sign>[{};])"
              + "|(?<word>(?:(?!//|/\\*)[^\\s{};\"])+)",
          Pattern.DOTALL);

  private final Map<String, String> values = new HashMap<>();

  /** Adds the text of a file; its settings replace earlier ones. */
  void add(String text) {
    Deque<String> scopes = new ArrayDeque<>();
    String name = "";
    String value = "";
    Matcher matcher = TOKEN.matcher(text);
    while (matcher.find()) {
      String sign = matcher.group("sign");
      String word = matcher.group("word");
      String quoted = matcher.group("quoted");
      String scope = scopes.isEmpty() ? "" : scopes.getLast();
      if ("{".equals(sign)) {
        scopes.add(scope + name + "::");
        name = "";
        value = "";
      } else if (sign != null) {
        if (!name.isEmpty()) {
          values.put((scope + name).toLowerCase(Locale.ROOT), value);
        }
        name = "";
        value = "";
        if (sign.equals("}")) {
          scopes.pollLast();
        }
      } else if (word != null && name.isEmpty()) {
        name = word;
      } else if (word != null) {
        value = word;
      } else if (quoted != null) {
        value = quoted;
      }
    }
  }

  /**
   * @param name such as {@code Acquire::http::Proxy}, in any case
   */
  Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name.toLowerCase(Locale.ROOT)));
  }

  /** Returns whether expired Releases are refused; false only if apt is configured so. */
  boolean checksValidUntil() {
    return get("Acquire::Check-Valid-Until")
        .map(v -> !v.matches("(?i)false|no|off|without|disable|0"))
        .orElse(true);
  }
}
