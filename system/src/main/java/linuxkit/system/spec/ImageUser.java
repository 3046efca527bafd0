package linuxkit.system.spec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.Metadata;
import linuxkit.yaml.Quote;

/**
 * A user as images name it: {@code USER[:GROUP]}, each a name of the image's {@code /etc/passwd} or
 * {@code /etc/group}, or a number.
 *
 * @param groups the user's other groups; none if the group is given
 */
record ImageUser(long uid, long gid, List<Long> groups) {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");
  private static final int NAME = 0;
  private static final int ID = 2;
  private static final int PRIMARY_GROUP = 3;
  private static final int MEMBERS = 3;

  /** Finds a user; empty if a mistake was reported. */
  static Optional<ImageUser> find(String text, ImageFacts image, ProblemReporter problems) {
    int colon = text.indexOf(':');
    String user = colon < 0 ? text : text.substring(0, colon);
    String group = colon < 0 ? "" : text.substring(colon + 1);
    List<List<String>> users = records(image.passwd());
    List<List<String>> groups = records(image.group());
    Optional<List<String>> account = account(users, user);
    Optional<Long> uid = account.map(fields -> number(fields, ID)).or(() -> number(user));
    Optional<Long> gid =
        group.isEmpty()
            ? Optional.of(account.map(fields -> number(fields, PRIMARY_GROUP)).orElse(0L))
            : account(groups, group).map(fields -> number(fields, ID)).or(() -> number(group));
    if (uid.isEmpty()) {
      problems.report("user", text, "the image has no user " + Quote.of(user));
    } else if (gid.isEmpty()) {
      problems.report("user", text, "the image has no group " + Quote.of(group));
    }
    String name = account.map(fields -> fields.get(NAME)).orElse("");
    List<Long> others =
        group.isEmpty() && !name.isEmpty() ? groupsOf(name, groups, gid.orElse(0L)) : List.of();
    return uid.flatMap(user_ -> gid.map(group_ -> new ImageUser(user_, group_, others)));
  }

  /** Returns whether a text means the user that a container has without one. */
  static boolean isRoot(String text) {
    return text.isEmpty() || Pattern.matches("(root|0+)(:(root|0+))?", text);
  }

  private static List<Long> groupsOf(String user, List<List<String>> groups, long primary) {
    return groups.stream()
        .filter(
            fields ->
                fields.size() > MEMBERS
                    && List.of(fields.get(MEMBERS).split(",", -1)).contains(user))
        .flatMapToLong(fields -> LongStream.of(number(fields, ID)))
        .filter(id -> id != primary)
        .distinct()
        .boxed()
        .toList();
  }

  /** Finds the record of a name or, if there is none, of a number. */
  private static Optional<List<String>> account(List<List<String>> records, String text) {
    return records.stream()
        .filter(fields -> fields.get(NAME).equals(text))
        .findFirst()
        .or(
            () ->
                number(text)
                    .flatMap(
                        id ->
                            records.stream()
                                .filter(fields -> number(fields, ID) == id)
                                .findFirst()));
  }

  /** Reads a file of lines with fields between colons; lines without a number are left out. */
  private static List<List<String>> records(Optional<Content> file) {
    return file.map(ImageUser::text)
        .orElse("")
        .lines()
        .map(line -> List.of(line.split(":", -1)))
        .filter(fields -> fields.size() > ID && number(fields.get(ID)).isPresent())
        .toList();
  }

  private static String text(Content content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      content.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static long number(List<String> fields, int index) {
    return fields.size() > index ? number(fields.get(index)).orElse(0L) : 0;
  }

  private static Optional<Long> number(String text) {
    return Optional.of(text)
        .filter(digits -> NUMBER.matcher(digits).matches())
        .map(Long::parseLong)
        .filter(id -> id <= Metadata.MAX_ID);
  }
}
