package linuxkit.engine.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.trust.TrustFailure;

/** The places in which trust policies are looked for. */
public final class PolicyFiles {
  /** The name of a policy beside a manifest. */
  public static final String NAME = "trust.yml";

  /** The folder of the machine's configuration. */
  public static final Path CONFIGURATION = Path.of("/etc/linuxkit");

  private final Path machine;

  /**
   * @param configuration the folder of the machine's configuration, which need not exist
   */
  public PolicyFiles(Path configuration) {
    this.machine = configuration.resolve(NAME);
  }

  /**
   * Returns the policy that holds: the given one, else the one in a folder, else the machine's.
   *
   * @param given by an option or a manifest
   * @param folders of the manifests, or the working directory
   * @return empty if there is no policy
   * @throws TrustFailure if two folders have different policies
   */
  public Optional<Path> find(Optional<Path> given, List<Path> folders) {
    if (given.isPresent()) {
      return given;
    }
    List<Path> found = new ArrayList<>();
    for (Path folder : folders.stream().distinct().toList()) {
      Path file = folder.resolve(NAME);
      if (mayExist(file) && found.stream().noneMatch(other -> isSame(other, file))) {
        found.add(file);
      }
    }
    if (found.size() > 1) {
      throw different(found.get(0), found.get(1));
    }
    return found.isEmpty()
        ? Optional.of(machine).filter(PolicyFiles::mayExist)
        : Optional.of(found.getFirst());
  }

  /**
   * Returns the policy that a manifest names. It must not replace that of another manifest.
   *
   * @param own the folder of the manifest
   * @param folders of all manifests
   * @throws TrustFailure if another folder has another policy
   */
  public static Path named(Path policy, Path own, List<Path> folders) {
    for (Path folder : folders) {
      Path file = folder.resolve(NAME);
      if (!folder.equals(own) && mayExist(file) && !isSame(policy, file)) {
        throw different(policy, file);
      }
    }
    return policy;
  }

  /**
   * Returns the policy of the machine, which holds together with one of a folder or a manifest:
   * others may have written those.
   *
   * @return empty if there is none, or if it is the given policy
   */
  public Optional<Path> ofMachine(Path policy) {
    return Optional.of(machine).filter(PolicyFiles::mayExist).filter(m -> !isSame(m, policy));
  }

  private static TrustFailure different(Path one, Path other) {
    return new TrustFailure(
        "the manifests have different policies: " + one + " and " + other,
        "",
        "name the one that holds with --trust FILE");
  }

  // A link that leads nowhere and a folder that must not be searched are failures when the policy
  // is read. Without a policy, everything would be accepted.
  private static boolean mayExist(Path file) {
    return !Files.notExists(file, LinkOption.NOFOLLOW_LINKS);
  }

  private static boolean isSame(Path one, Path other) {
    try {
      return Files.isSameFile(one, other);
    } catch (IOException _) {
      return false;
    }
  }
}
