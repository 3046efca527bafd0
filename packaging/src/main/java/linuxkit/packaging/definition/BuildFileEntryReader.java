package linuxkit.packaging.definition;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import linuxkit.filesystem.EntryName;
import linuxkit.filesystem.EntryNameFailure;
import linuxkit.filesystem.Metadata;
import linuxkit.packaging.accounts.Owner;
import linuxkit.packaging.definition.BuildFile.FileEntry;
import linuxkit.packaging.definition.BuildFile.FileSource;
import linuxkit.yaml.MappingReader;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.YamlNode;

/** Reads the entries under {@code files:} of a {@code build.yml}. */
final class BuildFileEntryReader {
  private static final Pattern MODE = Pattern.compile("0?[0-7]{3,4}");

  private BuildFileEntryReader() {}

  /**
   * Reads an entry; empty if it has a mistake that is reported.
   *
   * @param hasPackages whether the component has any, whose files an entry may use
   */
  static Optional<FileEntry> read(MappingReader in, boolean hasPackages) {
    Optional<String> path = in.required("path").flatMap(text -> path(text, in));
    List<FileSource> sources = new ArrayList<>();
    in.string("source").map(FileSource.Folder::new).ifPresent(sources::add);
    in.string("contents").map(FileSource.Contents::new).ifPresent(sources::add);
    in.string("symlink").map(FileSource.Symlink::new).ifPresent(sources::add);
    in.get("guest").flatMap(BuildFileEntryReader::guest).ifPresent(sources::add);
    in.bool("directory")
        .filter(b -> b)
        .map(_ -> new FileSource.Directory())
        .ifPresent(sources::add);
    sources.addAll(PackagedSourceReader.read(in, hasPackages));
    if (sources.size() != 1) {
      in.error(
          "expected exactly one of source, guest, symlink, directory, contents, copy, concatenate,"
              + " java-keystore");
    }
    Optional<Integer> mode = in.get("mode").flatMap(BuildFileEntryReader::mode);
    long uid = in.integer("uid", 0, Metadata.MAX_ID).orElse(0L);
    long gid = in.integer("gid", 0, Metadata.MAX_ID).orElse(0L);
    Optional<Owner> owner = in.get("owner").flatMap(BuildFileEntryReader::owner);
    if (in.has("owner") && (in.has("uid") || in.has("gid"))) {
      in.error("owner cannot be combined with uid or gid");
    }
    return sources.size() == 1
        ? path.map(p -> new FileEntry(p, sources.getFirst(), mode, uid, gid, owner))
        : Optional.empty();
  }

  private static Optional<Owner> owner(NodeReader in) {
    Optional<String> text = in.string();
    if (text.isPresent() && !Owner.FORM.matcher(text.get()).matches()) {
      in.error("expected USER or USER:GROUP");
      return Optional.empty();
    }
    return text.map(names -> Owner.of(names, in.position()));
  }

  private static Optional<FileSource> guest(NodeReader in) {
    if (in.node() instanceof YamlNode.Scalar scalar && scalar.text().equals("tools")) {
      return Optional.of(new FileSource.Guest("tools"));
    }
    return in.bool().filter(b -> b).map(_ -> new FileSource.Guest("guest"));
  }

  private static Optional<String> path(String text, MappingReader in) {
    try {
      String clean = EntryName.clean(text);
      if (text.startsWith("/") && !clean.isEmpty()) {
        return Optional.of(clean);
      }
    } catch (EntryNameFailure e) {
      in.error(e.what());
      return Optional.empty();
    }
    in.error("the path must be absolute, and not the root itself");
    return Optional.empty();
  }

  private static Optional<Integer> mode(NodeReader in) {
    // Octal even if unquoted: no other base makes sense for a mode.
    if (in.node() instanceof YamlNode.Scalar scalar && MODE.matcher(scalar.text()).matches()) {
      return Optional.of(Integer.parseInt(scalar.text(), 8));
    }
    in.error("expected an octal mode, such as \"0755\"");
    return Optional.empty();
  }
}
