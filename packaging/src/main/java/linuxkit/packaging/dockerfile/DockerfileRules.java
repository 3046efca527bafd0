package linuxkit.packaging.dockerfile;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.oci.Reference;
import linuxkit.oci.ReferenceFailure;

/**
 * The rules for all Dockerfiles, whatever builds them: they get neither rights that other builds do
 * not have, nor the network if their definition does without.
 */
public final class DockerfileRules {
  private static final String SYNTAX = "BUILDKIT_SYNTAX";
  private static final Pattern SYNTAX_LINE =
      Pattern.compile("(?im)^\\W*(?:#|//)\\s*syntax\\s*=\\s*(\\S+)");
  private static final Pattern SYNTAX_KEY =
      Pattern.compile("(?i)\"syntax\"\\s*:\\s*\"\\s*([^\"\\s]+)");
  private static final Set<String> FRONTENDS =
      Set.of("docker.io/docker/dockerfile", "docker.io/docker/dockerfile-upstream");

  private DockerfileRules() {}

  /**
   * Checks a Dockerfile.
   *
   * @param file for failures
   * @param arguments the build arguments
   * @param network whether commands may use the network
   * @throws DockerfileFailure if it asks for what it must not have
   */
  public static void check(Path file, String text, Map<String, String> arguments, boolean network) {
    for (CandidateInstructions.Instruction instruction : CandidateInstructions.of(file, text)) {
      if (instruction.keyword().equals("RUN")) {
        if (instruction.values("--network").stream().anyMatch(mode -> !isOrdinary(mode))) {
          throw DockerfileFailure.refused(
              file,
              instruction.line(),
              "RUN --network=host would give a command the network of the builder's machine",
              "omit the flag; network: yes in the definition gives commands a network");
        }
        if (instruction.values("--security").stream().anyMatch(mode -> !mode.equals("sandbox"))) {
          throw DockerfileFailure.refused(
              file,
              instruction.line(),
              "RUN --security=insecure would give a command all rights on the builder's machine",
              "omit the flag");
        }
      }
    }
    if (!network) {
      checkFrontends(file, text, arguments);
    }
  }

  private static boolean isOrdinary(String network) {
    return network.equals("none") || network.equals("default");
  }

  /**
   * Returns whether commands may run during the build.
   *
   * @param file for failures
   */
  public static boolean runsCommands(Path file, String text) {
    return CandidateInstructions.of(file, text).stream()
        .anyMatch(instruction -> instruction.keyword().equals("RUN"));
  }

  // BuildKit runs the image of a syntax, with a network, and leaves to it what "none" means.
  private static void checkFrontends(Path file, String text, Map<String, String> arguments) {
    String argument = arguments.getOrDefault(SYNTAX, "");
    if (!argument.isBlank() && !isOfficial(argument.strip().split("\\s+", 2)[0])) {
      throw syntax(file, 0, "the build argument " + SYNTAX);
    }
    for (Pattern pattern : List.of(SYNTAX_LINE, SYNTAX_KEY)) {
      Matcher matcher = pattern.matcher(text);
      while (matcher.find()) {
        if (!isOfficial(matcher.group(1))) {
          int line = (int) text.substring(0, matcher.start(1)).lines().count();
          throw syntax(file, line, "syntax=" + matcher.group(1));
        }
      }
    }
  }

  private static boolean isOfficial(String image) {
    try {
      return FRONTENDS.contains(Reference.parse(image).locator());
    } catch (ReferenceFailure _) {
      return false;
    }
  }

  private static DockerfileFailure syntax(Path file, int line, String what) {
    return DockerfileFailure.refused(
        file,
        line,
        what + " names a program that has the network, which the definition does not permit",
        "use syntax=docker/dockerfile:1, or set network: yes in the definition");
  }
}
