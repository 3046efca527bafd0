package linuxkit.packaging.builtin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import linuxkit.base.FileFailure;
import linuxkit.base.Nearest;
import linuxkit.base.Sha256;
import linuxkit.oci.Platform;
import linuxkit.packaging.FilesSource;
import linuxkit.packaging.GuestPrograms;
import linuxkit.packaging.PackageFailure;
import linuxkit.packaging.PackageFolder;
import linuxkit.packaging.PackageOptions;

/**
 * The components that come with linuxkit, which are called {@code builtin:NAME}. They have the same
 * names wherever the program is installed, and git is not asked for them.
 */
public final class BuiltinComponents {
  /** The prefix of the components' names. */
  public static final String PREFIX = "builtin:";

  /** The name of all {@link #selfContained} components together, on a command line. */
  public static final String ALL = PREFIX + "*";

  // As many digits as git's hashes, which are in the names of other components.
  private static final int DIGITS = 40;

  private final Path folder;
  private final FilesSource programs;
  private final Optional<String> registry;

  /**
   * @param folder holds a folder for each component
   * @param guest the guest's programs, as {@link GuestPrograms} expects them
   * @param registry where the images are published, such as {@code registry.example/linuxkit};
   *     empty if they are built on this machine
   */
  public BuiltinComponents(Path folder, Path guest, Optional<String> registry) {
    this.folder = folder;
    this.programs = new FilesSource(new GuestPrograms(guest));
    this.registry = registry;
  }

  /** Returns whether the images are pulled from a registry, not built. */
  public boolean arePublished() {
    return registry.isPresent();
  }

  /**
   * Returns the names of all components, in alphabetical order.
   *
   * @throws FileFailure if the program's folder cannot be read
   */
  public List<String> names() {
    try (Stream<Path> folders = Files.list(folder)) {
      return folders
          .filter(each -> Files.isRegularFile(each.resolve("build.yml")))
          .map(each -> each.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw FileFailure.of("cannot list the components of linuxkit", folder, e);
    }
  }

  /**
   * Returns the names of the components that need nothing but themselves, in alphabetical order. A
   * Dockerfile takes arguments that only the user knows.
   *
   * @throws FileFailure if the program's folder cannot be read
   */
  public List<String> selfContained() {
    return names().stream()
        .filter(name -> !Files.exists(folder.resolve(name).resolve("Dockerfile")))
        .toList();
  }

  /**
   * Reads a component.
   *
   * @param options a hash or an organisation there replaces the component's own
   * @param reader reads a folder with such options
   * @throws linuxkit.base.Failure if there is no such component
   */
  public PackageFolder read(
      String name, PackageOptions options, BiFunction<Path, PackageOptions, PackageFolder> reader) {
    if (!names().contains(name)) {
      throw PackageFailure.notBuiltin(PREFIX + name, hint(name));
    }
    Path path = folder.resolve(name);
    if (options.hash().isPresent() || options.developer().isPresent()) {
      return reader.apply(path, options);
    }
    String hash = hash(reader.apply(path, named(options, "0")));
    return reader.apply(path, named(options, hash));
  }

  private String hint(String name) {
    String all = "linuxkit pkg show-tag '" + ALL + "' lists the components";
    return Nearest.to(name, names())
        .map(near -> "did you mean " + PREFIX + near + "? " + all)
        .orElse(all);
  }

  private PackageOptions named(PackageOptions options, String hash) {
    return new PackageOptions(
        Optional.of(hash),
        options.hashPath(),
        options.hashCommit(),
        options.org().or(() -> registry),
        options.tag(),
        options.developer(),
        options.forceDirty(),
        options.buildYml());
  }

  // Whatever images take from the program: the same name always means the same content.
  private String hash(PackageFolder component) {
    StringBuilder content = new StringBuilder(component.tree());
    for (Platform platform : component.platforms()) {
      content.append(programs.provenance(component, platform));
    }
    return Sha256.hex(content.toString().getBytes(UTF_8)).substring(0, DIGITS);
  }
}
