package linuxkit.packaging;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Settings for the name of a component (LinuxKit's {@code pkg} flags).
 *
 * @param hash {@code --hash}: used literally instead of the folder's
 * @param hashPath {@code --hash-path}: the folder whose hash is taken, which contains the component
 * @param hashCommit {@code --hash-commit}: the commit from which to take the hash; only for HEAD is
 *     the folder checked for changes
 * @param org {@code --org} or LINUXKIT_PKG_ORG; overrides build.yml
 * @param tag {@code --tag}; overrides build.yml
 * @param developer {@code --dev}: the user's name, which is the organisation, and {@code dev} is
 *     the hash, unless they are given
 * @param forceDirty {@code --force-dirty}: names the image as if the folder had changes
 * @param buildYml {@code --build-yml}: the file name of the definition in the folder
 */
public record PackageOptions(
    Optional<String> hash,
    Optional<Path> hashPath,
    String hashCommit,
    Optional<String> org,
    Optional<String> tag,
    Optional<String> developer,
    boolean forceDirty,
    String buildYml) {
  /** The settings without any flags. */
  public static final PackageOptions DEFAULT =
      new PackageOptions(
          Optional.empty(),
          Optional.empty(),
          "HEAD",
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          false,
          "build.yml");
}
