package linuxkit.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.base.FileFailure;
import linuxkit.packaging.dockerfile.DockerfileFailure;
import linuxkit.packaging.dockerfile.Globs;
import linuxkit.packaging.git.FolderState;
import linuxkit.packaging.git.GitRepositories;
import linuxkit.packaging.git.GitRepository;
import linuxkit.packaging.git.ObjectId;

/**
 * The build arguments of a Dockerfile (LinuxKit's {@code buildArgs}). A value may stand for the
 * name of another component's image: {@code @lkt:pkg:FOLDER}, or {@code @lkt:pkgs:PATTERN} for one
 * argument for each folder.
 *
 * @param given those of the definition and of files
 * @param components the components that they stand for
 */
record BuildArguments(SortedMap<String, String> given, List<PackageFolder> components) {
  private static final String REFERENCE = "@lkt:";
  private static final String ONE = "@lkt:pkg:";
  private static final String SEVERAL = "@lkt:pkgs:";
  private static final DateTimeFormatter GO_TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  BuildArguments {
    given = Collections.unmodifiableSortedMap(new TreeMap<>(given));
    components = List.copyOf(components);
  }

  /**
   * Reads the arguments.
   *
   * @param defined those of the definition
   * @param files later ones override earlier ones, and all of them the definition
   * @throws linuxkit.base.Failure if one is malformed, or stands for a folder that is not a
   *     component
   */
  static BuildArguments of(PackageFolder folder, List<String> defined, List<Path> files) {
    Reader reader = new Reader(folder.environment());
    for (String line : defined) {
      reader.add(line, folder.path(), folder.buildFile().toString());
    }
    for (Path file : files) {
      int number = 0;
      for (String line : lines(file)) {
        number++;
        String text = line.strip();
        if (!text.isEmpty() && !text.startsWith("#")) {
          reader.add(text, file.toAbsolutePath().resolveSibling(""), file + ":" + number);
        }
      }
    }
    return new BuildArguments(reader.values, reader.components);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw FileFailure.of("cannot read the build arguments", file, e);
    }
  }

  /** Returns the arguments together with LinuxKit's automatic ones, which they override. */
  SortedMap<String, String> all(PackageFolder folder) {
    SortedMap<String, String> all = new TreeMap<>();
    String source = folder.definition().labels().gitrepo();
    if (!source.isEmpty()) {
      all.put("SOURCE", source);
    }
    try (GitRepositories repositories = new GitRepositories(folder.environment())) {
      Optional<GitRepository> repository = repositories.around(folder.path());
      repository
          .flatMap(r -> cleanCommit(r, folder.path()))
          .ifPresent(commit -> all.put("REVISION", commit.hex()));
      repository
          .flatMap(r -> r.commit("HEAD").map(commit -> goVersion(r, commit)))
          .ifPresent(version -> all.put("GOPKGVERSION", version));
    }
    all.put("PKG_HASH", folder.hash());
    all.put("PKG_IMAGE", folder.image());
    all.putAll(given);
    return all;
  }

  private static Optional<ObjectId> cleanCommit(GitRepository repository, Path folder) {
    Optional<ObjectId> commit = repository.commit("HEAD");
    Optional<ObjectId> tree = commit.flatMap(id -> repository.tree(id, folder));
    return tree.isEmpty() || FolderState.of(repository, folder, tree).isDirty()
        ? Optional.empty()
        : commit;
  }

  // LinuxKit's form of a Go pseudo-version, in UTC as Go has it.
  private static String goVersion(GitRepository repository, ObjectId commit) {
    Instant time = repository.committed(commit);
    return "v0.0.0-" + GO_TIME.format(time) + "-" + commit.hex().substring(0, 12);
  }

  private static final class Reader {
    private final SortedMap<String, String> values = new TreeMap<>();
    private final List<PackageFolder> components = new ArrayList<>();
    private final Map<String, String> environment;

    Reader(Map<String, String> environment) {
      this.environment = environment;
    }

    void add(String line, Path base, String where) {
      int equals = line.indexOf('=');
      if (equals <= 0 || line.indexOf('\0') >= 0) {
        throw DockerfileFailure.argument(
            "\"" + line + "\" is not a build argument", where, "write NAME=VALUE");
      }
      String name = line.substring(0, equals).strip();
      String value = line.substring(equals + 1).strip();
      if (value.startsWith(ONE)) {
        Path folder = base.resolve(value.substring(ONE.length()));
        values.put(name, component(folder).shortName());
      } else if (value.startsWith(SEVERAL)) {
        addAll(name, base, value.substring(SEVERAL.length()), where);
      } else if (value.startsWith(REFERENCE)) {
        throw DockerfileFailure.argument(
            "\"" + value + "\" does not refer to a component",
            where,
            "use @lkt:pkg: or @lkt:pkgs:");
      } else {
        values.put(name, value);
      }
    }

    private void addAll(String name, Path base, String pattern, String where) {
      if (!name.contains("%")) {
        throw DockerfileFailure.argument(
            "the name " + name + " has no %, in place of which each component's name is put",
            where,
            "add a %, as in PKG_%=@lkt:pkgs:../*");
      }
      List<Path> folders = Globs.directories(base, pattern);
      if (folders.isEmpty()) {
        throw DockerfileFailure.argument(
            "no folder matches " + pattern, where, "check the pattern; braces are not special");
      }
      for (Path folder : folders) {
        PackageFolder component = component(folder);
        String image = component.image().toUpperCase(Locale.ROOT).replaceAll("[/-]", "_");
        values.put(name.replace("%", image), component.shortName());
      }
    }

    private PackageFolder component(Path folder) {
      PackageFolder component =
          PackageFolder.read(folder.normalize(), PackageOptions.DEFAULT, environment);
      components.add(component);
      return component;
    }
  }
}
