package linuxkit.system.spec;

import java.util.ArrayList;
import java.util.List;
import linuxkit.filesystem.FileTree;
import linuxkit.system.tree.RootPath;
import linuxkit.yaml.Quote;
import linuxkit.yaml.container.ContainerConfig;
import linuxkit.yaml.container.ContainerKeys;
import linuxkit.yaml.container.Key;
import linuxkit.yaml.container.Mount;

/**
 * The mount points of a container with a read-only root. A runtime creates those that are missing,
 * which it cannot do in such a root.
 */
public final class MountPoints {
  private final ContainerConfig config;
  private final FileTree files;
  private final String root;
  private final ProblemReporter problems;

  private MountPoints(
      ContainerConfig config, FileTree files, String root, ProblemReporter problems) {
    this.config = config;
    this.files = files;
    this.root = root;
    this.problems = problems;
  }

  /**
   * Reports mount points that the root lacks.
   *
   * @param config the result of {@link ConfigMerge}, without mistakes
   * @param root the folder of the container's files in the tree
   */
  public static void check(
      ContainerConfig config, FileTree files, String root, ProblemReporter problems) {
    if (config.isSet(ContainerKeys.READONLY)) {
      new MountPoints(config, files, root, problems).check();
    }
  }

  private void check() {
    List<String> places = new ArrayList<>();
    // In their order, so that a mount precedes those on top of it.
    for (Mount mount : Mounts.of(config, (_, _, _) -> {})) {
      String place = RootPath.resolve(files, root, mount.destination());
      // A mount point on top of another mount is created there.
      boolean covered = places.stream().anyMatch(above -> RootPath.isWithin(place, above));
      if (!covered && RootPath.node(files, root, place).isEmpty()) {
        report(mount.destination(), place);
      }
      places.add(place);
    }
  }

  private void report(String destination, String place) {
    String text =
        "the image has no /"
            + place
            + ", and its root is read-only, so that the container cannot start: add it to the"
            + " image, or remove 'readonly'";
    for (Mount mount : config.list(ContainerKeys.MOUNTS)) {
      if (mount.destination().equals(destination)) {
        problems.report(ContainerKeys.MOUNTS.name(), destination, text);
        return;
      }
    }
    if (!reported(ContainerKeys.BINDS, 1, destination, text)) {
      reported(ContainerKeys.TMPFS, 0, destination, text);
    }
  }

  private boolean reported(Key<List<String>> key, int part, String destination, String text) {
    for (String each : config.list(key)) {
      String[] parts = each.split(":", -1);
      if (parts.length > part && parts[part].equals(destination)) {
        problems.report(key.name(), each, Quote.of(each) + ": " + text);
        return true;
      }
    }
    return false;
  }
}
