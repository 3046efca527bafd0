package linuxkit.system.manifest;

import java.nio.file.Path;

/** Finds the image that a package's source stands for: what {@code @pkg:} is replaced by. */
@FunctionalInterface
public interface PackageResolver {
  /**
   * @param folder where the package's build.yml lies
   * @return a reference such as {@code docker.io/linuxkit/sshd:0123abc}
   * @throws linuxkit.base.Failure when there is no such package
   */
  String resolve(Path folder);
}
