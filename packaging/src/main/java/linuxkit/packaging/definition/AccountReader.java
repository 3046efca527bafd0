package linuxkit.packaging.definition;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import linuxkit.filesystem.Metadata;
import linuxkit.packaging.accounts.AccountFiles;
import linuxkit.packaging.accounts.AccountText;
import linuxkit.packaging.accounts.Requests;
import linuxkit.packaging.accounts.Requests.Group;
import linuxkit.packaging.accounts.Requests.Member;
import linuxkit.packaging.accounts.Requests.Primary;
import linuxkit.packaging.accounts.Requests.Profile;
import linuxkit.packaging.accounts.Requests.User;
import linuxkit.yaml.MappingReader;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.YamlNode;

/** Reads the keys {@code users} and {@code groups} of a {@code build.yml}. */
final class AccountReader {
  private final List<User> users = new ArrayList<>();
  private final List<Group> groups = new ArrayList<>();
  private final List<Member> members = new ArrayList<>();
  private final Set<String> userNames = new HashSet<>();
  private final Set<String> groupNames = new HashSet<>();

  private AccountReader() {}

  static Requests read(MappingReader in) {
    AccountReader reader = new AccountReader();
    in.mappings("groups", reader::group);
    in.mappings("users", reader::user);
    Requests read = new Requests(reader.users, reader.groups, reader.members, List.of());
    if (!read.isEmpty()) {
      in.get("files").ifPresent(AccountReader::checkFiles);
    }
    return read;
  }

  private boolean group(MappingReader in) {
    Optional<Long> gid = in.integer("gid", 0, Metadata.MAX_ID);
    name(in, groupNames).ifPresent(name -> groups.add(new Group(name, gid, in.position())));
    return true;
  }

  private boolean user(MappingReader in) {
    Optional<Long> uid = in.integer("uid", 0, Metadata.MAX_ID);
    Optional<Long> gid = in.integer("gid", 0, Metadata.MAX_ID);
    Optional<String> group = in.get("group").flatMap(AccountReader::name);
    if (in.has("gid") && in.has("group")) {
      in.error("gid is the id of the user's own group: give either gid or group");
    }
    List<NodeReader> others = in.list("groups", Optional::of).orElse(List.of());
    Profile profile =
        new Profile(
            text(in, "comment", AccountText.COMMENT, "a comment cannot contain a colon"),
            text(in, "home", AccountText.PATH, "expected an absolute path without a colon"),
            text(in, "shell", AccountText.PATH, "expected an absolute path without a colon"));
    Optional<String> name = name(in, userNames);
    for (NodeReader other : others) {
      Optional<String> otherName = name(other);
      name.ifPresent(
          user ->
              otherName.ifPresent(
                  more -> members.add(new Member(user, more, false, other.position()))));
    }
    Primary primary = group.<Primary>map(Primary.Named::new).orElse(new Primary.Own(gid));
    name.ifPresent(user -> users.add(new User(user, uid, primary, profile, false, in.position())));
    return true;
  }

  private static Optional<String> name(MappingReader in, Set<String> known) {
    Optional<String> name =
        in.required("name").flatMap(_ -> in.get("name").flatMap(AccountReader::name));
    if (name.isPresent() && !known.add(name.get())) {
      in.error("the name " + name.get() + " is there twice");
    }
    return name;
  }

  private static Optional<String> name(NodeReader in) {
    return matching(
        in, AccountText.NAME, "not a name: use up to 31 letters, digits and _ . - after a letter");
  }

  private static Optional<String> text(MappingReader in, String key, Pattern form, String problem) {
    return in.get(key).flatMap(node -> matching(node, form, problem));
  }

  private static Optional<String> matching(NodeReader in, Pattern form, String problem) {
    Optional<String> text = in.string();
    if (text.isPresent() && !form.matcher(text.get()).matches()) {
      in.error(problem);
      return Optional.empty();
    }
    return text;
  }

  // One of the two would be without effect.
  private static void checkFiles(NodeReader files) {
    if (!(files.node() instanceof YamlNode.Sequence entries)) {
      return;
    }
    for (YamlNode entry : entries.elements()) {
      if (entry instanceof YamlNode.Mapping mapping
          && mapping.get("path").orElse(null) instanceof YamlNode.Scalar path
          && AccountFiles.PATHS.contains(path.text().replaceAll("^/+|(?<=/)/+|/+$", ""))) {
        files
            .diagnostics()
            .error(
                path.position(),
                files.path(),
                "users and groups also make " + path.text() + ": leave out one of the two");
      }
    }
  }
}
