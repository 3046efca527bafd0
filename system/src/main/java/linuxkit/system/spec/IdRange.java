package linuxkit.system.spec;

import java.util.ArrayList;
import java.util.List;
import linuxkit.yaml.container.ContainerConfig;
import linuxkit.yaml.container.ContainerKeys;
import linuxkit.yaml.container.IdMapping;
import linuxkit.yaml.container.Mount;

/**
 * A range of user and group ids that only one container has. Inside, it counts from 0; its root has
 * no rights outside.
 *
 * @param start the id outside of the container's root
 */
public record IdRange(long start) {
  /** The number of ids in a range. */
  public static final long SIZE = 0x1_0000;

  private static final String AUTO = "auto";

  /** Returns the range of a container, by its place in the order of {@link ContainerIds}. */
  public static IdRange of(int index) {
    return new IdRange((ContainerIds.FIRST + index) * SIZE);
  }

  /** Returns whether a container asks for a range of its own. */
  public static boolean isWanted(ContainerConfig config) {
    return config.get(ContainerKeys.USERNS).orElse("").equals(AUTO);
  }

  /**
   * Gives the range to a container that wants one.
   *
   * @param config the result of {@link ConfigMerge}
   */
  public ContainerConfig apply(ContainerConfig config, ProblemReporter problems) {
    if (config
        .get(ContainerKeys.PID)
        .filter(pid -> !pid.isEmpty() && !pid.equals("new"))
        .isPresent()) {
      problems.report("userns", AUTO, "'userns: auto' requires 'pid: new'");
    }
    if (config.get(ContainerKeys.UID_MAPPINGS).isPresent()
        || config.get(ContainerKeys.GID_MAPPINGS).isPresent()) {
      problems.report(
          "userns", AUTO, "'userns: auto' cannot be combined with uidMappings and gidMappings");
    }
    List<IdMapping> mapping = List.of(new IdMapping(start, 0, SIZE));
    ContainerConfig mapped =
        config
            .with(ContainerKeys.USERNS, "new")
            .with(ContainerKeys.UID_MAPPINGS, mapping)
            .with(ContainerKeys.GID_MAPPINGS, mapping);
    boolean ownNetwork = List.of("new", "none").contains(config.get(ContainerKeys.NET).orElse(""));
    return ownNetwork || Confinement.mountsSys(config) ? mapped : withSystemsSys(mapped);
  }

  // The kernel refuses a new sysfs for a network that belongs to another user namespace.
  private static ContainerConfig withSystemsSys(ContainerConfig config) {
    List<Mount> mounts = new ArrayList<>(config.list(ContainerKeys.MOUNTS));
    mounts.addFirst(Confinement.SYSTEMS_SYS);
    return config.with(ContainerKeys.MOUNTS, List.copyOf(mounts));
  }
}
