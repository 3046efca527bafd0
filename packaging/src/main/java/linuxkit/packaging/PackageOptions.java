package linuxkit.packaging;

import java.util.Optional;

/**
 * What the command line says about the name of a component (LinuxKit's {@code pkg} flags).
 *
 * @param hash {@code --hash}: taken literally, instead of the folder's
 * @param hashCommit {@code --hash-commit}: the commit whose tree is the hash; only that of HEAD can
 *     be dirty
 * @param org {@code --org} or LINUXKIT_PKG_ORG, over that of build.yml
 * @param tag {@code --tag}, over that of build.yml
 * @param dev {@code --dev}: the organisation is the user's name and the hash {@code dev}, unless
 *     they are given
 * @param user whose name {@code --dev} takes
 * @param forceDirty {@code --force-dirty}: as if something had changed
 * @param buildYml {@code --build-yml}: the name of the definition within the folder
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
  /** As without any flag. */
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
