package linuxkit.packaging.dockerfile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
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
    for (Dockerfile.Base base : Dockerfile.bases(text, arguments)) {
      rules.checkName(lineOf(instructions, base.written()), base.name());
    }
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
    Path source = Path.of("/", fields.getOrDefault("source", "")).normalize();
    if (fields.containsKey("from")) {
      checkName(line, fields.getOrDefault("from", ""));
      if (source.getNameCount() > 0) {
        throw refused(line, "the source of a mount from an image may be a link to this machine");
      }
    } else if (!isInside(context.resolve(source.toString().substring(1)))) {
      throw refused(line, "the source of a mount is a link out of the folder");
    }
  }

  private boolean isInside(Path path) {
    try {
      return !Files.exists(path) || path.toRealPath().startsWith(context.toRealPath());
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
    Path path = Path.of("/", id.isEmpty() ? fields.getOrDefault("target", "") : id);
    for (Path part : path) {
      if (part.toString().equals("..")) {
        throw refused(line, "the id of a cache leads to other folders of this machine");
      }
    }
    Path cache = path.normalize();
    for (Path other : caches) {
      if (!other.equals(cache) && (other.startsWith(cache) || cache.startsWith(other))) {
        throw refused(line, "a cache lies in another one: " + cache);
      }
    }
    caches.add(cache);
  }
}
