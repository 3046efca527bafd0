package linuxkit.system.spec;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonNumber;
import linuxkit.json.JsonObject;
import linuxkit.yaml.Quote;

/** Resource limits of a process, written as {@code name,soft,hard} (getrlimit(2)). */
final class Rlimits {
  private static final Set<String> NAMES =
      Set.of(
          "CPU",
          "FSIZE",
          "DATA",
          "STACK",
          "CORE",
          "RSS",
          "NPROC",
          "NOFILE",
          "MEMLOCK",
          "AS",
          "LOCKS",
          "SIGPENDING",
          "MSGQUEUE",
          "NICE",
          "RTPRIO",
          "RTTIME");
  private static final String PREFIX = "RLIMIT_";
  private static final BigInteger UNLIMITED = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,20}");

  private Rlimits() {}

  static JsonArray json(List<String> limits, ProblemReporter problems) {
    return new JsonArray(
        limits.stream().<Json>flatMap(text -> limit(text, problems).stream()).toList());
  }

  private static Optional<JsonObject> limit(String text, ProblemReporter problems) {
    String[] parts = text.split(",", -1);
    if (parts.length != 3) {
      problems.report(
          "rlimits", text, Quote.of(text) + " is not a limit: write it as name,soft,hard");
      return Optional.empty();
    }
    String upper = parts[0].strip().toUpperCase(Locale.ROOT);
    String name = upper.startsWith(PREFIX) ? upper.substring(PREFIX.length()) : upper;
    if (!NAMES.contains(name)) {
      problems.report("rlimits", text, "unknown limit " + Quote.of(parts[0].strip()));
      return Optional.empty();
    }
    Optional<JsonNumber> soft = value(parts[1], text, problems);
    Optional<JsonNumber> hard = value(parts[2], text, problems);
    return soft.flatMap(
        least ->
            hard.map(
                most ->
                    JsonObject.builder()
                        .put("type", PREFIX + name)
                        .put("hard", most)
                        .put("soft", least)
                        .build()));
  }

  private static Optional<JsonNumber> value(String part, String text, ProblemReporter problems) {
    String value = part.strip();
    if (value.equalsIgnoreCase("unlimited")) {
      return Optional.of(new JsonNumber(UNLIMITED.toString()));
    }
    if (DIGITS.matcher(value).matches()) {
      BigInteger number = new BigInteger(value);
      if (number.compareTo(UNLIMITED) <= 0) {
        return Optional.of(new JsonNumber(number.toString()));
      }
    }
    problems.report(
        "rlimits",
        text,
        "the value " + Quote.of(value) + " of a limit is neither a number nor 'unlimited'");
    return Optional.empty();
  }
}
