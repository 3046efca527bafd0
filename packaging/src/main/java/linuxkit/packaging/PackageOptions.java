package linuxkit.packaging;

import java.util.Optional;

/**
 * Settings for the name of a component (LinuxKit's {@code pkg} flags).
 *
 * @param hash {@code --hash}: used literally instead of the folder's
 * @param hashCommit {@code --hash-commit}: the commit from which to take the hash; only for HEAD is
 *     the folder checked for changes
 * @param org {@code --org} or LINUXKIT_PKG_ORG; overrides build.yml
 * @param tag {@code --tag}; overrides build.yml
 * @param dev {@code --dev}: uses the user's name as the organisation and {@code dev} as the hash,
 *     unless they are given
 * @param user the user's name, for {@code --dev}
 * @param forceDirty {@code --force-dirty}: names the image as if the folder had changes
 * @param buildYml {@code --build-yml}: the file name of the definition in the folder
 */
public record PackageOptions(
    Optional<String> hash,
    String hashCommit,
    Optional<String> org,
    Optional<String> tag,
    boolean dev,
    String user,
    boolean forceDirty,
    String buildYml) {
  /** The settings without any flags. */
  public static final PackageOptions DEFAULT =
      new PackageOptions(
          Optional.empty(),
          "HEAD",
          Optional.empty(),
          Optional.empty(),
          false,
          "",
          false,
          "build.yml");
}
