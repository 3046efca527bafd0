package linuxkit.packaging.dockerfile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import linuxkit.packaging.dockerfile.CandidateInstructions.Instruction;

/**
 * The rules for Dockerfiles that buildah builds, because it follows names of images and sources of
 * mounts to files of this machine. BuildKit keeps both within the build.
 */
public final class BuildahRules {
  private static final String HINT =
      "build with BuildKit, which confines this (--builder buildctl or docker)";
  private static final Pattern TRANSPORT =
      Pattern.compile(
          "(?i)\\s*(?:atomic|containers-storage|dir|docker-archive|docker-daemon|oci|oci-archive"
              + "|ostree|sif|tarball)\\s*:.*");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._/:@+-]*");
  // The values do not matter, only that there are some: their letters make no name of a file.
  static final List<String> PLATFORM =
      List.of(
          "BUILDARCH",
          "BUILDOS",
          "BUILDPLATFORM",
          "BUILDVARIANT",
          "TARGETARCH",
          "TARGETOS",
          "TARGETPLATFORM",
          "TARGETVARIANT");
  private static final Map<String, String> ALIASES =
      Map.of("src", "source", "dst", "target", "destination", "target", "readonly", "ro");
  private static final Set<String> BIND = Set.of("type", "from", "source", "target", "ro");
  private static final Set<String> CACHE =
      Set.of("type", "id", "target", "ro", "sharing", "mode", "uid", "gid");

  private final Path file;
  private final Path context;
  private final Set<Path> caches = new HashSet<>();

  private BuildahRules(Path file, Path context) {
    this.file = file;
    this.context = context;
  }

  /**
   * Checks a Dockerfile.
   *
   * @param file for failures
   * @param context the directory that it is built from
   * @param arguments the build arguments
   * @throws DockerfileFailure if it could reach files of this machine
   */
  public static void check(Path file, String text, Path context, Map<String, String> arguments) {
    BuildahRules rules = new BuildahRules(file, context);
    List<Instruction> instructions = CandidateInstructions.of(file, text);
    instructions.forEach(rules::check);
    rules.checkVariables(instructions);
    for (Dockerfile.Base base : bases(CandidateInstructions.withPlainSpaces(text), arguments)) {
      rules.checkName(lineOf(instructions, base.written()), base.name());
    }
  }

  // Versions of buildah differ in whether they know inline documents, and set some variables.
  private static Set<Dockerfile.Base> bases(String text, Map<String, String> arguments) {
    Map<String, String> more = new HashMap<>(arguments);
    StringBuilder declared = new StringBuilder();
    for (String variable : PLATFORM) {
      more.putIfAbsent(variable, "x");
      declared.append("ARG ").append(variable).append('\n');
    }
    Set<Dockerfile.Base> bases = new LinkedHashSet<>();
    for (String reading : List.of(text, text.replace("<<", "< <"))) {
      bases.addAll(Dockerfile.bases(reading, arguments));
      bases.addAll(Dockerfile.bases(declared + reading, more));
    }
    return bases;
  }

  // Their values are found by one reading of the lines, which must be the only one.
  private void checkVariables(List<Instruction> instructions) {
    if (instructions.stream().anyMatch(BuildahRules::isFromVariable)) {
      for (Instruction instruction : instructions) {
        boolean counts = instruction.keyword().equals("ARG") || isFromVariable(instruction);
        if (counts && instruction.continued()) {
          throw refused(
              instruction.line(),
              "ARG, and FROM with a variable, must not continue on another line");
        }
      }
    }
  }

  private static boolean isFromVariable(Instruction instruction) {
    return instruction.keyword().equals("FROM")
        && instruction.words().stream().limit(1).anyMatch(name -> name.contains("$"));
  }

  private static int lineOf(List<Instruction> instructions, String written) {
    return instructions.stream()
        .filter(instruction -> instruction.words().contains(written))
        .map(Instruction::line)
        .findFirst()
        .orElse(0);
  }

  private void check(Instruction instruction) {
    switch (instruction.keyword()) {
      case "FROM" ->
          instruction.words().stream().limit(1).forEach(name -> checkTransport(instruction, name));
      case "COPY", "ADD" ->
          instruction.values("--from").forEach(name -> checkName(instruction.line(), name));
      case "RUN" -> {
        List<String> mounts = instruction.values("--mount");
        mounts.forEach(mount -> checkMount(instruction.line(), mount, mounts.size() > 1));
      }
      default -> {
        // Names neither images nor mounts.
      }
    }
  }

  private void checkTransport(Instruction instruction, String name) {
    if (TRANSPORT.matcher(name.replaceAll("[\"'\\\\]", "")).matches()) {
      throw transport(instruction.line(), name);
    }
  }

  private void checkName(int line, String name) {
    if (TRANSPORT.matcher(name).matches()) {
      throw transport(line, name);
    }
    if (!NAME.matcher(name).matches()) {
      throw refused(line, "the name of an image has variables or signs that cannot be followed");
    }
  }

  private DockerfileFailure transport(int line, String name) {
    return refused(line, "\"" + name + "\" is not in a registry, but a file of this machine");
  }

  private DockerfileFailure refused(int line, String what) {
    return DockerfileFailure.refused(file, line, "with buildah, " + what, HINT);
  }

  // Without a type, a mount has that of the one before it.
  private void checkMount(int line, String mount, boolean typed) {
    if (mount.contains("$")) {
      throw refused(line, "a mount must not have variables");
    }
    Map<String, String> fields = new HashMap<>();
    for (String field : mount.split(",", -1)) {
      int equals = field.indexOf('=');
      String written = equals < 0 ? field : field.substring(0, equals);
      String key = ALIASES.getOrDefault(written, written);
      boolean late = key.equals("type") && !fields.isEmpty();
      if (late || fields.put(key, equals < 0 ? "" : field.substring(equals + 1)) != null) {
        throw refused(line, "a mount must begin with its type, and have each option once");
      }
    }
    if (typed && !fields.containsKey("type")) {
      throw refused(line, "each of several mounts must have a type");
    }
    switch (fields.getOrDefault("type", "bind").toLowerCase(Locale.ROOT)) {
      case "tmpfs", "secret", "ssh" -> {
        // Has nothing of this machine but what flags give it.
      }
      case "cache" -> checkCache(line, fields);
      default -> checkBind(line, fields);
    }
  }

  private void checkOptions(int line, Map<String, String> fields, Set<String> allowed) {
    for (String key : fields.keySet()) {
      if (!allowed.contains(key)) {
        throw refused(line, "the option \"" + key + "\" of a mount could change this machine");
      }
    }
  }

  private void checkBind(int line, Map<String, String> fields) {
    checkOptions(line, fields, BIND);
    Path source = path(line, fields.getOrDefault("source", ""));
    if (fields.containsKey("from")) {
      checkName(line, fields.getOrDefault("from", ""));
      if (source.getNameCount() > 0) {
        throw refused(line, "the source of a mount from an image may be a link to this machine");
      }
    } else if (!isInside(context.resolve(source.toString().substring(1)))) {
      throw refused(line, "the source of a mount is a link out of the folder");
    }
  }

  private Path path(int line, String path) {
    try {
      return Path.of("/", path).normalize();
    } catch (InvalidPathException _) {
      throw refused(line, "\"" + path + "\" is not a valid path");
    }
  }

  // A link to nothing may lead to something later, as to the files of a process that is yet to
  // start.
  private boolean isInside(Path path) {
    try {
      Path folder = context.toRealPath();
      Path at = context;
      for (Path name : context.relativize(path)) {
        at = at.resolve(name);
        if (!Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
          return true;
        }
        if (!at.toRealPath().startsWith(folder)) {
          return false;
        }
      }
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  // A cache that lies in another one may be a link that a command made there.
  private void checkCache(int line, Map<String, String> fields) {
    checkOptions(line, fields, CACHE);
    if (fields.getOrDefault("sharing", "").equals("locked")) {
      throw refused(line, "a cache with sharing=locked has a file that may be a link");
    }
    String id = fields.getOrDefault("id", "");
    String written = id.isEmpty() ? fields.getOrDefault("target", "") : id;
    for (String part : written.split("/", -1)) {
      if (part.equals("..")) {
        throw refused(line, "the id of a cache leads to other folders of this machine");
      }
    }
    Path cache = path(line, written);
    for (Path other : caches) {
      if (!other.equals(cache) && (other.startsWith(cache) || cache.startsWith(other))) {
        throw refused(line, "a cache lies in another one: " + cache);
      }
    }
    caches.add(cache);
  }
}
