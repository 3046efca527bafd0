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

  private static final Path MACHINE = Path.of("/etc/linuxkit", NAME);

  private PolicyFiles() {}

  /**
   * Returns the policy that holds: the given one, else the one in a folder, else the machine's.
   *
   * @param given by an option or a manifest
   * @param folders of the manifests, or the working directory
   * @return empty if there is no policy
   * @throws TrustFailure if two folders have different policies
   */
  public static Optional<Path> find(Optional<Path> given, List<Path> folders) {
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
      throw new TrustFailure(
          "the manifests have different policies: " + found.get(0) + " and " + found.get(1),
          "",
          "name the one that holds with --trust FILE");
    }
    return found.isEmpty()
        ? Optional.of(MACHINE).filter(PolicyFiles::mayExist)
        : Optional.of(found.getFirst());
  }

  // A link that leads nowhere and a folder that must not be searched are failures when the policy is
  // read. Without a policy, everything would be accepted.
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
