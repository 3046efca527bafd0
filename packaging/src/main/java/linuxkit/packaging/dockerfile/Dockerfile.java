package linuxkit.packaging.dockerfile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.base.FileFailure;
import linuxkit.oci.Reference;
import linuxkit.oci.ReferenceFailure;

/**
 * The images that a Dockerfile uses (Dockerfile reference: FROM, COPY --from, RUN --mount). It is
 * not a complete reader: instructions that name no image are not examined, and builders report
 * mistakes.
 */
public final class Dockerfile {
  private static final Pattern HEREDOC =
      Pattern.compile("(?<=\\s)\\d*<<(-?)([\"']?)([A-Za-z_][A-Za-z0-9_.]*)\\2(?=\\s|$)");
  private static final Pattern VARIABLE =
      Pattern.compile(
          "\\\\.|\\$(?:([A-Za-z_][A-Za-z0-9_]*)|\\{([A-Za-z_][A-Za-z0-9_]*)(?:(:[-+])([^}]*))?})");
  private static final Pattern FROM_FLAG = Pattern.compile("--from=(\\S+)");
  private static final Pattern MOUNT = Pattern.compile("--mount=\\S*?\\bfrom=([^,\\s]+)");

  private Dockerfile() {}

  /**
   * An image that a Dockerfile uses.
   *
   * @param written with its variables
   * @param name with their values
   */
  public record Base(String written, String name) {
    /** Returns the image's reference; empty if the name is not one, which the builder reports. */
    public Optional<Reference> reference() {
      try {
        return Optional.of(Reference.parse(name));
      } catch (ReferenceFailure _) {
        return Optional.empty();
      }
    }

    /** Returns whether this is an image of that name. */
    public boolean names(Reference image) {
      return reference().equals(Optional.of(image));
    }
  }

  /**
   * Reads a Dockerfile.
   *
   * @throws DockerfileFailure if it is missing or not in the folder
   */
  public static String read(Path folder, String name) {
    Path file = folder.resolve(name);
    if (name.startsWith("/") || name.contains("..") || !Files.isRegularFile(file)) {
      throw DockerfileFailure.missing(folder, name);
    }
    // Builders quote lines of a Dockerfile, which must not be those of another file.
    DockerfileFailure.checkInside(folder, file, "the Dockerfile");
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file, e);
    }
  }

  /**
   * Checks that a builder gets the Dockerfile of the folder, not one that was copied over it.
   *
   * @param file in the folder, for failures
   * @param text its text
   * @param copy what the builder gets
   * @throws DockerfileFailure if it gets another one
   */
  public static void checkCopy(Path file, String text, Path copy) {
    try {
      if (!Files.readString(copy).equals(text)) {
        throw DockerfileFailure.context(file, "extra-sources or depends would replace this file");
      }
    } catch (IOException e) {
      throw FileFailure.of("cannot read", copy, e);
    }
  }

  /**
   * Returns the images, each once, without {@code scratch} and the stages of the Dockerfile.
   *
   * @param arguments the values of variables, which override the Dockerfile's defaults
   */
  public static List<Base> bases(String text, Map<String, String> arguments) {
    Map<String, String> variables = new HashMap<>();
    Set<String> stages = new HashSet<>();
    Map<String, Base> bases = new LinkedHashMap<>();
    boolean inStage = false;
    for (String line : instructions(text)) {
      String[] words = line.split("\\s+");
      switch (words[0].toUpperCase(Locale.ROOT)) {
        case "ARG" -> {
          if (!inStage) {
            readArguments(words, arguments, variables);
          }
        }
        case "FROM" -> {
          inStage = true;
          readFrom(words, variables, stages, bases);
        }
        case "COPY", "ADD" -> addAll(FROM_FLAG, line, stages, bases);
        case "RUN" -> addAll(MOUNT, line, stages, bases);
        default -> {
          // Names no image.
        }
      }
    }
    return List.copyOf(bases.values());
  }

  /**
   * Returns the images like {@link #bases}. Variables that builders set themselves stay in the
   * names, which are not references then: what they stand for is not known here.
   */
  public static List<Base> knownBases(String text, Map<String, String> arguments) {
    Map<String, String> all = new HashMap<>(arguments);
    StringBuilder declared = new StringBuilder();
    for (String variable : BuildahRules.PLATFORM) {
      all.putIfAbsent(variable, "${" + variable + "}");
      declared.append("ARG ").append(variable).append('\n');
    }
    return bases(declared + text, all);
  }

  private static void readArguments(
      String[] words, Map<String, String> arguments, Map<String, String> variables) {
    for (int i = 1; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      String name = equals < 0 ? words[i] : words[i].substring(0, equals);
      String given = arguments.get(name);
      if (given != null) {
        variables.put(name, given);
      } else if (equals >= 0) {
        variables.put(name, expand(unquoted(words[i].substring(equals + 1)), variables));
      }
    }
  }

  private static void readFrom(
      String[] words, Map<String, String> variables, Set<String> stages, Map<String, Base> bases) {
    int at = 1;
    while (at < words.length && words[at].startsWith("--")) {
      at++;
    }
    if (at < words.length) {
      String written = unquoted(words[at]);
      add(new Base(written, expand(written, variables)), stages, bases);
      if (at + 2 < words.length && words[at + 1].equalsIgnoreCase("AS")) {
        stages.add(words[at + 2].toLowerCase(Locale.ROOT));
      }
    }
  }

  // Variables of a stage are not followed, because builders do not expand them in these flags.
  private static void addAll(
      Pattern pattern, String line, Set<String> stages, Map<String, Base> bases) {
    Matcher matcher = pattern.matcher(line);
    while (matcher.find()) {
      String name = unquoted(matcher.group(1));
      if (!name.matches("[0-9]+") && !name.contains("$")) {
        add(new Base(name, name), stages, bases);
      }
    }
  }

  private static void add(Base base, Set<String> stages, Map<String, Base> bases) {
    String name = base.name();
    if (!name.isEmpty()
        && !name.equals("scratch")
        && !stages.contains(name.toLowerCase(Locale.ROOT))) {
      bases.putIfAbsent(base.written(), base);
    }
  }

  private static String expand(String text, Map<String, String> variables) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            match -> {
              String name = match.group(1) != null ? match.group(1) : match.group(2);
              if (name == null) {
                return Matcher.quoteReplacement(match.group().substring(1));
              }
              String value = variables.getOrDefault(name, "");
              String operator = match.group(3);
              if (operator != null && value.isEmpty() == operator.equals(":-")) {
                value = expand(match.group(4), variables);
              }
              return Matcher.quoteReplacement(value);
            });
  }

  private static String unquoted(String word) {
    boolean quoted =
        word.length() > 1
            && (word.startsWith("\"") || word.startsWith("'"))
            && word.charAt(word.length() - 1) == word.charAt(0);
    return quoted ? word.substring(1, word.length() - 1) : word;
  }

  /** Returns the instructions on one line each, without comments and inline documents. */
  private static List<String> instructions(String text) {
    char escape = text.lines().anyMatch(l -> l.matches("#\\s*escape\\s*=\\s*`\\s*")) ? '`' : '\\';
    List<String> instructions = new ArrayList<>();
    StringBuilder open = new StringBuilder();
    List<String> documents = new ArrayList<>();
    for (String line : text.lines().toList()) {
      String bare = line.strip();
      if (!documents.isEmpty()) {
        if (bare.equals(documents.getFirst())) {
          documents.removeFirst();
        }
      } else if (!bare.isEmpty() && !bare.startsWith("#")) {
        boolean continues = bare.charAt(bare.length() - 1) == escape;
        open.append(continues ? bare.substring(0, bare.length() - 1) : bare);
        if (continues) {
          open.append(' ');
        } else {
          String instruction = open.toString().strip();
          instructions.add(instruction);
          HEREDOC.matcher(instruction).results().forEach(found -> documents.add(found.group(3)));
          open.setLength(0);
        }
      }
    }
    if (!open.isEmpty()) {
      instructions.add(open.toString().strip());
    }
    return instructions;
  }
}
