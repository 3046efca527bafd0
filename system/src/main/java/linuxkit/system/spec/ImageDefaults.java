package linuxkit.system.spec;

import java.util.List;
import java.util.Optional;
import linuxkit.yaml.Quote;
import linuxkit.yaml.container.ContainerConfig;
import linuxkit.yaml.container.ContainerKeys;
import linuxkit.yaml.container.Id;

/** Completes a container's configuration by what its image's files say. */
public final class ImageDefaults {
  /** The value of {@code user} for the user that the image names itself. */
  private static final String OF_IMAGE = "image";

  private ImageDefaults() {}

  /**
   * Replaces {@code user} by numbers, and decides about {@code noNewPrivileges} if the
   * configuration does not.
   *
   * @param config the result of {@link ConfigMerge}
   * @param imageUser the user that the image's configuration names, or an empty string
   */
  public static ContainerConfig complete(
      ContainerConfig config, ImageFacts image, String imageUser, ProblemReporter problems) {
    ContainerConfig complete = user(config, image, imageUser, problems);
    boolean open =
        config.get(ContainerKeys.NO_NEW_PRIVILEGES).isPresent()
            || !Confinement.applies(config)
            || image.raisesPrivileges();
    return open ? complete : complete.with(ContainerKeys.NO_NEW_PRIVILEGES, true);
  }

  private static ContainerConfig user(
      ContainerConfig config, ImageFacts image, String imageUser, ProblemReporter problems) {
    String wanted = config.get(ContainerKeys.USER).orElse("");
    String text = wanted.equals(OF_IMAGE) ? imageUser : wanted;
    if (text.isEmpty()) {
      return config;
    }
    Optional<ImageUser> user =
        ImageUser.find(text, image, (key, _, problem) -> problems.report(key, wanted, problem));
    return user.map(found -> with(config, found)).orElse(config);
  }

  private static ContainerConfig with(ContainerConfig config, ImageUser user) {
    return config
        .with(ContainerKeys.UID, new Id.Numeric(user.uid()))
        .with(ContainerKeys.GID, new Id.Numeric(user.gid()))
        .with(
            ContainerKeys.ADDITIONAL_GIDS,
            user.groups().stream().<Id>map(Id.Numeric::new).toList());
  }

  /**
   * Returns a warning if the image names a user that the container ignores.
   *
   * @param image for the message
   */
  public static Optional<String> ignoredUser(
      ContainerConfig config, String image, String imageUser) {
    boolean decided =
        config.get(ContainerKeys.USER).isPresent() || config.get(ContainerKeys.UID).isPresent();
    return decided || ImageUser.isRoot(imageUser)
        ? Optional.empty()
        : Optional.of(
            "%s: its programs run as root, although the image names the user %s: write 'user: image' to run them as that user, or 'uid: 0' to keep root"
                .formatted(image, Quote.of(imageUser)));
  }

  /** Reports a user that is given in two ways. */
  static void check(ContainerConfig config, ProblemReporter problems) {
    List<String> others =
        List.of(ContainerKeys.UID, ContainerKeys.GID, ContainerKeys.ADDITIONAL_GIDS).stream()
            .filter(key -> config.get(key).isPresent())
            .map(Object::toString)
            .toList();
    if (config.get(ContainerKeys.USER).isPresent() && !others.isEmpty()) {
      problems.report(
          "user",
          config.get(ContainerKeys.USER).orElse(""),
          "'user' cannot be combined with '" + String.join("', '", others) + "'");
    }
  }
}
