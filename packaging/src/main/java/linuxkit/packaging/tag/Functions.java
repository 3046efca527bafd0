package linuxkit.packaging.tag;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The functions of templates that are of use in a tag. */
final class Functions {
  // A width and a precision for strings; numbers have neither in a tag.
  private static final Pattern VERB = Pattern.compile("%(-?[0-9]{0,3}(?:\\.[0-9]{1,3})?)([svd%])");

  private Functions() {}

  /**
   * @throws IllegalArgumentException if there is no such function, or an argument is not suitable
   */
  static String call(String name, List<String> arguments) {
    return switch (name) {
      case "print" -> String.join("", arguments);
      case "printf" -> printf(arguments);
      case "slice" -> slice(arguments);
      case "len" -> String.valueOf(only(name, arguments).length());
      default -> throw new IllegalArgumentException("the function " + name + " is not supported");
    };
  }

  private static String only(String name, List<String> arguments) {
    if (arguments.size() != 1) {
      throw new IllegalArgumentException(name + " takes one argument");
    }
    return arguments.getFirst();
  }

  private static String printf(List<String> arguments) {
    if (arguments.isEmpty()) {
      throw new IllegalArgumentException("printf lacks a format");
    }
    String format = arguments.getFirst();
    StringBuilder out = new StringBuilder();
    int next = 1;
    Matcher verb = VERB.matcher(format);
    for (int at = 0; at < format.length(); ) {
      if (format.charAt(at) != '%') {
        out.append(format.charAt(at++));
        continue;
      }
      if (!verb.find(at) || verb.start() != at) {
        throw new IllegalArgumentException("printf supports %s, %v and %d only");
      }
      at = verb.end();
      if (verb.group(2).equals("%")) {
        out.append('%');
        continue;
      }
      if (next == arguments.size()) {
        throw new IllegalArgumentException("printf lacks an argument for " + verb.group());
      }
      out.append(String.format("%" + flags(verb.group(1)) + "s", arguments.get(next++)));
    }
    if (next < arguments.size()) {
      throw new IllegalArgumentException("printf has more arguments than verbs");
    }
    return out.toString();
  }

  // A minus without a width has no effect in Go, and is an error in Java.
  private static String flags(String given) {
    return given.startsWith("-") && !given.matches("-[0-9].*") ? given.substring(1) : given;
  }

  private static String slice(List<String> arguments) {
    if (arguments.isEmpty() || arguments.size() > 3) {
      throw new IllegalArgumentException("slice takes a string and at most two positions");
    }
    String text = arguments.getFirst();
    int from = arguments.size() > 1 ? position(arguments.get(1), text) : 0;
    int to = arguments.size() > 2 ? position(arguments.get(2), text) : text.length();
    if (from > to) {
      throw new IllegalArgumentException("slice from " + from + " to " + to);
    }
    return text.substring(from, to);
  }

  private static int position(String number, String text) {
    if (!number.matches("[0-9]{1,4}") || Integer.parseInt(number) > text.length()) {
      throw new IllegalArgumentException(
          "the position " + number + " is not within " + text.length() + " characters");
    }
    return Integer.parseInt(number);
  }
}
