package linuxkit.system.manifest;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import linuxkit.filesystem.FileTree;
import linuxkit.yaml.Quote;

/** The names that containers can have: each is a folder's name, and the id of a container. */
final class ContainerNames {
  // In bytes, which leaves room for a prefix in the folder's name.
  private static final int LONGEST_NAME = 200;
  private static final String FOLDER_RULE =
      " is not a valid name: it becomes a folder's name, so it must not be empty, \".\" or \"..\","
          + (" be longer than "
              + LONGEST_NAME
              + " bytes, or contain slashes or control characters");

  // containerd runs services, and runc the others; these are their rules for ids.
  private static final int LONGEST_SERVICE = 76;
  private static final Pattern SERVICE = Pattern.compile("[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*");
  private static final String SERVICE_RULE =
      " is not a valid name of a service: use letters and digits, with single '.', '_' or '-'"
          + " between them, at most "
          + LONGEST_SERVICE;
  private static final Pattern STEP = Pattern.compile("[A-Za-z0-9_+.,-]+");
  private static final String STEP_RULE =
      " is not a valid name of a container: use letters, digits and '_', '+', '.', ',', '-'";

  private ContainerNames() {}

  /** Returns what is wrong with a name; empty if it is valid. */
  static Optional<String> problem(String name, boolean service) {
    // Such a name is also a folder's.
    if (service && name.length() <= LONGEST_SERVICE && SERVICE.matcher(name).matches()) {
      return Optional.empty();
    }
    if (!FileTree.isName(name)
        || name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME
        || name.chars().anyMatch(Character::isISOControl)) {
      return Optional.of(Quote.of(name) + FOLDER_RULE);
    }
    if (service) {
      return Optional.of(Quote.of(name) + SERVICE_RULE);
    }
    return STEP.matcher(name).matches()
        ? Optional.empty()
        : Optional.of(Quote.of(name) + STEP_RULE);
  }
}
