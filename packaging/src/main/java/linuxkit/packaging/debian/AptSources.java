package linuxkit.packaging.debian;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import linuxkit.base.FileFailure;
import linuxkit.http.Urls;

/** The sources that apt on this machine is configured to use (sources.list(5), both formats). */
record AptSources(List<Source> sources, AptConfiguration configuration) {
  /** Larger than any file written by hand. */
  private static final long LARGEST = 4 << 20;

  private static final Pattern ONE_LINE =
      Pattern.compile("deb\\s+(?:\\[([^\\]]*)\\]\\s*)?(\\S+)\\s+(\\S+)((?:\\s+\\S+)*)\\s*");

  /**
   * An archive for one suite.
   *
   * @param signedBy key files, or an armored key; empty for apt's default
   */
  record Source(URI uri, String suite, List<String> components, List<String> signedBy) {
    /** Returns whether this program has a way to read it. */
    boolean isReadable() {
      return String.valueOf(uri.getScheme()).matches("https?|file");
    }
  }

  /**
   * @param etcApt normally {@code /etc/apt}; need not exist
   */
  static AptSources read(Path etcApt) {
    List<Source> sources = new ArrayList<>();
    AptConfiguration configuration = new AptConfiguration();
    for (Path file : files(etcApt, "apt.conf.d", "*")) {
      String name = String.valueOf(file.getFileName());
      if (!name.contains(".") || name.endsWith(".conf")) {
        text(file).ifPresent(configuration::add);
      }
    }
    text(etcApt.resolve("apt.conf")).ifPresent(configuration::add);
    text(etcApt.resolve("sources.list")).ifPresent(t -> addOneLine(t, sources));
    for (Path file : files(etcApt, "sources.list.d", "*.{list,sources}")) {
      text(file)
          .ifPresent(
              t -> {
                if (file.toString().endsWith(".list")) {
                  addOneLine(t, sources);
                } else {
                  addParagraphs(t, file.toString(), sources);
                }
              });
    }
    return new AptSources(List.copyOf(sources), configuration);
  }

  private static List<Path> files(Path etcApt, String directory, String glob) {
    Path folder = etcApt.resolve(directory);
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, glob)) {
        stream.forEach(found::add);
      } catch (IOException e) {
        throw FileFailure.of("cannot read", folder, e);
      }
    }
    found.sort(null);
    return found;
  }

  // A file that the user may not read, for example because it contains a password, is ignored.
  private static Optional<String> text(Path file) {
    try {
      return Files.isRegularFile(file) && Files.isReadable(file) && Files.size(file) <= LARGEST
          ? Optional.of(Files.readString(file))
          : Optional.empty();
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file, e);
    }
  }

  static void addOneLine(String text, List<Source> into) {
    for (String line : text.lines().toList()) {
      Matcher matcher = ONE_LINE.matcher(line.replaceFirst("#.*", "").strip());
      if (matcher.matches()) {
        List<String> signedBy =
            words(Optional.ofNullable(matcher.group(1)).orElse(""))
                .filter(o -> o.startsWith("signed-by="))
                .flatMap(o -> Arrays.stream(o.substring("signed-by=".length()).split(",", -1)))
                .toList();
        add(
            String.valueOf(matcher.group(2)),
            String.valueOf(matcher.group(3)),
            words(String.valueOf(matcher.group(4))).toList(),
            signedBy,
            into);
      }
    }
  }

  static void addParagraphs(String text, String where, List<Source> into) {
    List<ControlParagraph> paragraphs;
    try {
      paragraphs = ControlParagraph.readAll(new StringReader(text), where);
    } catch (IOException e) {
      throw new UncheckedIOException("reading a string cannot fail", e);
    }
    for (ControlParagraph paragraph : paragraphs) {
      boolean enabled = !paragraph.get("Enabled").orElse("yes").equalsIgnoreCase("no");
      if (!enabled || !paragraph.words("Types").contains("deb")) {
        continue;
      }
      for (String uri : paragraph.words("URIs")) {
        for (String suite : paragraph.words("Suites")) {
          add(uri, suite, paragraph.words("Components"), signedBy(paragraph), into);
        }
      }
    }
  }

  private static List<String> signedBy(ControlParagraph paragraph) {
    String value = paragraph.get("Signed-By").orElse("").strip();
    if (!value.startsWith("-----BEGIN")) {
      return words(value).toList();
    }
    // A line with only a dot represents an empty one.
    return List.of(value.replaceAll("(?m)^\\s*\\.$", "").replaceAll("(?m)^[ \t]+", "") + "\n");
  }

  private static Stream<String> words(String text) {
    return Arrays.stream(text.strip().split("\\s+")).filter(w -> !w.isEmpty());
  }

  private static void add(
      String uri, String suite, List<String> components, List<String> signedBy, List<Source> into) {
    try {
      URI parsed = new URI(uri.endsWith("/") ? uri : uri + "/");
      // A disc does not get updates.
      if (parsed.getScheme() != null && !parsed.getScheme().equals("cdrom")) {
        into.add(new Source(Urls.withoutLogin(parsed), suite, components, signedBy));
      }
    } catch (URISyntaxException e) {
      // Invalid sources are ignored here; apt itself reports them.
    }
  }
}
