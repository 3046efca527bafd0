package linuxkit.system.manifest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import linuxkit.filesystem.FileTree;
import linuxkit.yaml.MappingReader;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.Quote;
import linuxkit.yaml.container.Id;

/** Reads an entry of {@code files}. */
final class FileEntryReader {
  private static final Pattern MODE = Pattern.compile("[0-7]{1,8}");
  // The longest name in a path, in bytes.
  private static final int LONGEST_NAME = 255;

  private FileEntryReader() {}

  static Optional<FileEntry> read(MappingReader from) {
    Optional<String> path = path(from, "path");
    Optional<FileEntry.Kind> kind = kind(from);
    boolean optional = from.bool("optional").orElse(false);
    Optional<Integer> mode = from.get("mode").flatMap(FileEntryReader::mode);
    Optional<Id> uid = from.get("uid").flatMap(Id::readOwner);
    Optional<Id> gid = from.get("gid").flatMap(Id::readOwner);
    return path.flatMap(
        name ->
            kind.map(
                what ->
                    new FileEntry(name, what, optional, mode, uid, gid, from.path(), from.node())));
  }

  /** Reads a key whose value is a path of the system, without slashes at its ends. */
  static Optional<String> path(MappingReader from, String key) {
    return from.required(key).flatMap(text -> path(from, key, text));
  }

  private static Optional<String> path(MappingReader from, String key, String text) {
    List<String> names = new ArrayList<>();
    for (String name : text.split("/", -1)) {
      if (name.equals("..") || name.indexOf('\0') >= 0) {
        return refused(from, key, Quote.of(text) + " leads out of the system or is not a path");
      }
      if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
        return refused(
            from,
            key,
            Quote.of(name) + " is longer than " + LONGEST_NAME + " bytes, the limit of Linux");
      }
      if (FileTree.isName(name)) {
        names.add(name);
      }
    }
    return names.isEmpty()
        ? refused(from, key, "the path is empty")
        : Optional.of(String.join("/", names));
  }

  private static Optional<Integer> mode(NodeReader node) {
    Optional<String> text = node.string().filter(digits -> !digits.isEmpty());
    Optional<Integer> mode =
        text.filter(digits -> MODE.matcher(digits).matches())
            .map(digits -> Integer.parseInt(digits, 8))
            .filter(value -> value <= 07777);
    if (text.isPresent() && mode.isEmpty()) {
      node.error(Quote.of(text.get()) + " is not a file mode: use octal digits from 0000 to 7777");
    }
    return mode;
  }

  private static Optional<FileEntry.Kind> kind(MappingReader from) {
    boolean directory = from.bool("directory").orElse(false);
    Optional<String> symlink = from.string("symlink").filter(text -> !text.isEmpty());
    boolean hasContents = from.has("contents");
    Optional<String> contents = from.string("contents");
    Optional<String> source = from.string("source").filter(text -> !text.isEmpty());
    Optional<String> metadata = from.string("metadata").filter(text -> !text.isEmpty());
    List<String> given = new ArrayList<>();
    if (directory) {
      given.add("directory");
    }
    symlink.ifPresent(_ -> given.add("symlink"));
    if (hasContents) {
      given.add("contents");
    }
    source.ifPresent(_ -> given.add("source"));
    metadata.ifPresent(_ -> given.add("metadata"));
    if (given.size() != 1) {
      from.error(
          given.isEmpty()
              ? "the type is missing: use one of directory, symlink, contents, source and metadata"
              : String.join(" and ", given) + " cannot be combined: use only one");
      return Optional.empty();
    }
    if (directory) {
      return Optional.of(new FileEntry.Directory());
    }
    if (symlink.isPresent() && symlink.get().indexOf('\0') >= 0) {
      return refused(from, "symlink", Quote.of(symlink.get()) + " is not a path");
    }
    return symlink
        .<FileEntry.Kind>map(FileEntry.Symlink::new)
        .or(() -> contents.map(FileEntry.Contents::new))
        .or(() -> source.map(FileEntry.Source::new))
        .or(() -> metadata.flatMap(format -> metadata(from, format)));
  }

  private static Optional<FileEntry.Kind> metadata(MappingReader from, String format) {
    return switch (format) {
      case "yaml" -> Optional.of(new FileEntry.Metadata(FileEntry.Metadata.Format.YAML));
      case "json" -> Optional.of(new FileEntry.Metadata(FileEntry.Metadata.Format.JSON));
      default ->
          refused(
              from, "metadata", "unknown format " + Quote.of(format) + ": use 'yaml' or 'json'");
    };
  }

  private static <T> Optional<T> refused(MappingReader from, String key, String problem) {
    from.get(key).ifPresent(node -> node.error(problem));
    return Optional.empty();
  }
}
