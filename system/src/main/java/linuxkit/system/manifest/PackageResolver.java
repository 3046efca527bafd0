package linuxkit.system.manifest;

import java.nio.file.Path;

/** Finds the image of a package's source, which replaces {@code @pkg:} texts. */
@FunctionalInterface
public interface PackageResolver {
  /**
   * @param folder the folder of the package's build.yml
   * @return a reference such as {@code docker.io/linuxkit/sshd:0123abc}
   * @throws linuxkit.base.Failure if there is no such package
   */
  String resolve(Path folder);
}
