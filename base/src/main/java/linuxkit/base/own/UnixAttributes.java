package linuxkit.base.own;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;

/**
 * Owner, type and mode of a file. Symbolic links are not followed.
 *
 * @param user the owner's number
 * @param group the group's number
 * @param mode type and permissions, as in {@code st_mode}
 * @param links the number of names that the file has
 */
public record UnixAttributes(int user, int group, int mode, int links) {
  // The kernel's default for /proc/sys/kernel/overflowuid.
  private static final int UNMAPPED = 65534;
  private static final int TYPE = 0170000;
  private static final int FOLDER = 0040000;
  private static final int REGULAR = 0100000;
  private static final int LINK = 0120000;
  private static final int STICKY = 01000;
  private static final int GROUP_WRITE = 0020;
  private static final int OTHERS_WRITE = 0002;

  /**
   * @throws IOException if the file is missing or cannot be examined
   */
  public static UnixAttributes of(Path file) throws IOException {
    Map<String, Object> found =
        Files.readAttributes(file, "unix:uid,gid,mode,nlink", LinkOption.NOFOLLOW_LINKS);
    return new UnixAttributes(
        number(found, "uid"), number(found, "gid"), number(found, "mode"), number(found, "nlink"));
  }

  private static int number(Map<String, Object> attributes, String name) {
    return attributes.get(name) instanceof Number number ? number.intValue() : -1;
  }

  public boolean isFolder() {
    return (mode & TYPE) == FOLDER;
  }

  public boolean isRegularFile() {
    return (mode & TYPE) == REGULAR;
  }

  public boolean isLink() {
    return (mode & TYPE) == LINK;
  }

  /** Returns whether only the owner of an entry, or of the folder, may rename or delete it. */
  public boolean isSticky() {
    return (mode & STICKY) != 0;
  }

  public boolean mayGroupWrite() {
    return (mode & GROUP_WRITE) != 0;
  }

  public boolean mayEverybodyWrite() {
    return (mode & OTHERS_WRITE) != 0;
  }

  public boolean mayOthersWrite() {
    return mayGroupWrite() || mayEverybodyWrite();
  }

  /**
   * Returns whether a regular file belongs to the user alone: no other user may write to it, and it
   * has no second name. The user's private group, which has the user's number, may write to it.
   */
  public boolean isSolelyOwn() {
    return isRegularFile()
        && isOwn()
        && links == 1
        && !mayEverybodyWrite()
        && (!mayGroupWrite() || group == user);
  }

  /** Returns whether the file belongs to the user of this process. */
  public boolean isOwn() {
    return user == CurrentUser.id();
  }

  /**
   * Returns whether the owner has no number in the user namespace of this process, as root has none
   * in most of them.
   */
  boolean isUnmapped() {
    return user == UNMAPPED && !CurrentUser.seesAllUsers();
  }

  /**
   * Returns whether the file belongs to the user of this process or to root, or to who called
   * {@code sudo}.
   */
  public boolean isTrusted() {
    return CurrentUser.trusts(user);
  }
}
