package linuxkit.packaging.accounts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.yaml.Position;

/**
 * The owner of a file by names, which an image's {@code /etc/passwd} and {@code /etc/group} decide.
 *
 * @param group empty for the user's
 */
public record Owner(String user, Optional<String> group, Position position) {
  /** The form {@code USER} or {@code USER:GROUP}. */
  public static final Pattern FORM =
      Pattern.compile("%1$s(?::%1$s)?".formatted(AccountText.NAME.pattern()));

  private static final Pattern ID = Pattern.compile("[0-9]{1,10}");
  private static final int LARGEST = 1 << 20;
  private static final int UID = 2;
  private static final int GID = 3;

  /** The ids of an owner. */
  public record Ids(long uid, long gid) {}

  /**
   * Reads a text of this form.
   *
   * @throws IllegalArgumentException if it does not have the form
   */
  public static Owner of(String text, Position position) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(text);
    }
    int colon = text.indexOf(':');
    return colon < 0
        ? new Owner(text, Optional.empty(), position)
        : new Owner(text.substring(0, colon), Optional.of(text.substring(colon + 1)), position);
  }

  /**
   * Finds the ids.
   *
   * @throws AccountFailure if the image does not have the user or the group
   */
  public Ids in(FileTree image) {
    List<String> account =
        find(image, "etc/passwd", user)
            .orElseThrow(() -> AccountFailure.unknown("user", user, position));
    Optional<Long> uid = id(account, UID);
    Optional<Long> gid =
        group.isEmpty()
            ? id(account, GID)
            : find(image, "etc/group", group.get()).flatMap(fields -> id(fields, UID));
    if (uid.isEmpty() || gid.isEmpty()) {
      throw AccountFailure.unknown(
          uid.isEmpty() ? "user" : "group", uid.isEmpty() ? user : group.orElse(user), position);
    }
    return new Ids(uid.get(), gid.get());
  }

  private static Optional<Long> id(List<String> fields, int index) {
    return fields.size() > index && ID.matcher(fields.get(index)).matches()
        ? Optional.of(Long.parseLong(fields.get(index))).filter(id -> id <= Metadata.MAX_ID)
        : Optional.empty();
  }

  private static Optional<List<String>> find(FileTree image, String path, String name) {
    if (!(image.find(path).map(FileTree.Entry::node).orElse(null) instanceof Node.RegularFile file)
        || file.content().size() > LARGEST) {
      return Optional.empty();
    }
    try (InputStream in = file.content().open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(name + ":"))
          .findFirst()
          .map(line -> List.of(line.split(":", -1)));
    } catch (IOException e) {
      throw FileFailure.of("cannot read", Path.of("/" + path), e);
    }
  }
}
