package linuxkit.packaging.debian;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import linuxkit.base.FileFailure;

/**
 * The pins of apt on this machine (apt_preferences(5)). They are not applied: what a component
 * contains must not depend on the machine. They are read only to say so.
 *
 * @param pins what each pin names, with its file
 */
record AptPreferences(List<Pin> pins) {
  /**
   * A pin.
   *
   * @param names packages: names, patterns such as {@code *} or {@code lib*}, or {@code /regex/}
   */
  record Pin(List<String> names, Path file) {
    boolean concerns(String packageName) {
      return names.stream().anyMatch(name -> matches(name, packageName));
    }

    private static boolean matches(String name, String packageName) {
      if (name.matches("(?:/|src:|\\?|~).*|.*\\[.*")) {
        // Whether such a pattern matches is not worth finding out.
        return true;
      }
      String quoted = Pattern.quote(name.replaceFirst(":[a-z0-9-]+$", ""));
      return packageName.matches(quoted.replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q"));
    }
  }

  /**
   * Reads the preferences; none if there are no files.
   *
   * @param etcApt normally {@code /etc/apt}
   */
  static AptPreferences read(Path etcApt) {
    List<Pin> pins = new ArrayList<>();
    for (Path file : files(etcApt)) {
      if (Files.isRegularFile(file) && !Files.isReadable(file)) {
        pins.add(new Pin(List.of("*"), file));
      } else if (Files.isRegularFile(file)) {
        try {
          for (ControlParagraph each :
              ControlParagraph.readAll(new StringReader(Files.readString(file)), file.toString())) {
            pins.add(new Pin(each.words("Package"), file));
          }
        } catch (IOException e) {
          throw FileFailure.of("cannot read", file, e);
        }
      }
    }
    return new AptPreferences(List.copyOf(pins));
  }

  private static List<Path> files(Path etcApt) {
    Path folder = etcApt.resolve("preferences.d");
    List<Path> files = new ArrayList<>(List.of(etcApt.resolve("preferences")));
    if (Files.isDirectory(folder)) {
      try (Stream<Path> all = Files.list(folder)) {
        files.addAll(all.filter(AptPreferences::isRead).sorted().toList());
      } catch (IOException e) {
        throw FileFailure.of("cannot read", folder, e);
      }
    }
    return files;
  }

  private static boolean isRead(Path file) {
    String name = String.valueOf(file.getFileName());
    return !name.contains(".") || name.endsWith(".pref");
  }

  /** Returns a file with a pin that concerns one of the packages; empty if there is none. */
  Optional<Path> concerning(List<DebianPackage> packages) {
    return pins.stream()
        .filter(pin -> packages.stream().anyMatch(each -> pin.concerns(each.name())))
        .map(Pin::file)
        .findFirst();
  }
}
