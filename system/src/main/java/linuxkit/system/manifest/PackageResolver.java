package linuxkit.system.manifest;

import java.nio.file.Path;
import linuxkit.system.SystemFailure;

/** Finds the images of components, which replace {@code @pkg:} texts and {@code builtin:} names. */
@FunctionalInterface
public interface PackageResolver {
  /**
   * @param folder the folder of the package's build.yml
   * @return a reference such as {@code docker.io/linuxkit/sshd:0123abc}
   * @throws linuxkit.base.Failure if there is no such package
   */
  String resolve(Path folder);

  /**
   * Finds the image of a component that comes with the program.
   *
   * @param name such as {@code sshd}
   * @throws linuxkit.base.Failure if there is no such component
   */
  default String builtin(String name) {
    throw new SystemFailure(
        "no components come with this program", name, "refer to a folder as @pkg:FOLDER");
  }
}
