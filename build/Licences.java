import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * Puts LICENSE, NOTICE and the licence of each library into a distribution. Fails if the text of
 * one is unknown.
 *
 * <p>usage: Licences.java MODULES DISTRIBUTION [LIBC-LICENCE...]
 *
 * <p>MODULES holds each library's jar and, beside it, the description that Maven has of it
 * (ARTIFACT-VERSION.pom). The texts come from the jars, and from third-party/licences for those
 * that bring none.
 */
final class Licences {
  private static final Pattern TEXT =
      Pattern.compile("META-INF/(?:.*/)?(LICEN[CS]E|NOTICE|COPYING|COPYRIGHT)([-._][^/]*)?");
  private static final Pattern NATIVE =
      Pattern.compile("(?:.*/)?(lib[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z]+)?)(?:-[0-9][^/]*)?\\.so");

  private final Path kept = Path.of("third-party/licences");
  private final Path modules;
  private final Path distribution;
  private final Path licences;
  private final Map<String, String> listed = new TreeMap<>();
  private final List<String> unknown = new ArrayList<>();

  private Licences(Path modules, Path distribution) {
    this.modules = modules;
    this.distribution = distribution;
    this.licences = distribution.resolve("licences");
  }

  /** What Maven knows about a library. */
  private record Pom(String group, String artifact, String version, String url, String licence) {
    boolean isOurs() {
      return group.equals("linuxkit") && licence.isEmpty();
    }

    boolean isApache() {
      return licence.contains("Apache") && licence.contains("2.0");
    }
  }

  public static void main(String[] args) throws Exception {
    Licences licences = new Licences(Path.of(args[0]), Path.of(args[1]));
    licences.jars();
    licences.nativeLibraries();
    licences.runtime();
    licences.guest(Stream.of(args).skip(2).map(Path::of).toList());
    if (!licences.unknown.isEmpty()) {
      licences.unknown.forEach(line -> System.err.println("licences: " + line));
      System.exit(1);
    }
    licences.finish();
  }

  private void jars() throws IOException, ParserConfigurationException, SAXException {
    Map<String, Path> jars = new TreeMap<>();
    files(modules, ".jar").forEach(jar -> jars.put(jar.getFileName().toString(), jar));
    shipped(".jar").forEach(jar -> jars.put(jar.getFileName().toString(), jar));
    if (jars.isEmpty()) {
      unknown.add("no jars in " + modules);
    }
    for (Map.Entry<String, Path> jar : jars.entrySet()) {
      String name = jar.getKey().substring(0, jar.getKey().length() - ".jar".length());
      Optional<Pom> pom = pom(modules.resolve(name + ".pom"));
      if (pom.isEmpty()) {
        if (!isOwn(jar.getValue())) {
          unknown.add(name + ": " + modules + " has no " + name + ".pom");
        }
      } else if (!pom.get().isOurs()) {
        library(jar.getValue(), pom.get());
      }
    }
  }

  private void library(Path jar, Pom pom) throws IOException {
    Path folder = licences.resolve(pom.artifact());
    boolean found = copyKept(pom.artifact(), folder);
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        if (TEXT.matcher(entry.getName()).matches()) {
          Files.createDirectories(folder);
          String name = entry.getName().substring("META-INF/".length()).replace('/', '-');
          try (InputStream in = zip.getInputStream(entry)) {
            Files.write(folder.resolve(name), in.readAllBytes());
          }
          found = true;
        }
      }
    }
    String text = found ? "licences/" + pom.artifact() : "LICENSE";
    if (found && pom.isApache()) {
      text += " and LICENSE";
    }
    if (!found && !pom.isApache()) {
      unknown.add(
          "%s %s (%s): its jar has no licence text; put it into %s, from %s"
              .formatted(
                  pom.artifact(),
                  pom.version(),
                  pom.licence(),
                  kept.resolve(pom.artifact()),
                  pom.url()));
    }
    listed.put(
        pom.artifact() + " " + pom.version(),
        "%s\n    %s\n    text: %s".formatted(pom.licence(), pom.url(), text));
  }

  // A native library lies in the distribution as a file, or in a jar for this operating system.
  private void nativeLibraries() throws IOException {
    Set<String> names = new TreeSet<>();
    shipped(".so").forEach(file -> names.add(file.getFileName().toString()));
    for (Path jar : shipped(".jar")) {
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        zip.stream()
            .map(ZipEntry::getName)
            .filter(name -> name.contains("linux") && name.endsWith(".so"))
            .forEach(names::add);
      }
    }
    for (String name : names) {
      Matcher matcher = NATIVE.matcher(name);
      String library = matcher.matches() ? matcher.group(1) : name;
      if (!copyKept(library, licences.resolve(library))) {
        unknown.add(
            library
                + ": a native library without licence text; put it into "
                + kept.resolve(library));
      }
      listed.put(library, "text: licences/" + library);
    }
  }

  private void runtime() {
    if (!Files.exists(distribution.resolve("runtime/legal/java.base/LICENSE"))) {
      unknown.add("the Java runtime: there is no runtime/legal/java.base/LICENSE");
    }
    listed.put(
        "OpenJDK " + System.getProperty("java.runtime.version"),
        "GPL-2.0 with Classpath exception\n    https://openjdk.org\n    text: runtime/legal");
  }

  private void guest(List<Path> texts) throws IOException {
    if (texts.isEmpty()) {
      unknown.add("the C library that guest/*/guest contains: no licence text was given");
    }
    Path folder = licences.resolve("libc");
    Files.createDirectories(folder);
    for (Path text : texts) {
      Files.write(folder.resolve(text.getFileName().toString()), Files.readAllBytes(text));
    }
    listed.put(
        "GNU C library, linked into guest/*/guest",
        "LGPL-2.1-or-later\n"
            + "    https://sourceware.org/glibc\n"
            + "    text: licences/libc\n"
            + "    The folder guest/ of linuxkit's sources has all that is needed to link these"
            + " programs\n"
            + "    with another version of the library: `make -C guest`.");
  }

  private void finish() throws IOException {
    Files.copy(Path.of("LICENSE"), distribution.resolve("LICENSE"));
    StringBuilder notice = new StringBuilder(Files.readString(Path.of("NOTICE")));
    notice.append("\nThis distribution contains software of others:\n");
    listed.forEach(
        (name, about) ->
            notice.append("\n  ").append(name).append("\n    ").append(about).append('\n'));
    Files.writeString(distribution.resolve("NOTICE"), notice);
  }

  private boolean copyKept(String name, Path target) throws IOException {
    List<Path> texts =
        Files.isDirectory(kept.resolve(name)) ? files(kept.resolve(name), "") : List.of();
    for (Path text : texts) {
      Files.createDirectories(target);
      Files.write(target.resolve(text.getFileName()), Files.readAllBytes(text));
    }
    return !texts.isEmpty();
  }

  private static boolean isOwn(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return zip.stream().anyMatch(entry -> entry.getName().startsWith("META-INF/maven/linuxkit/"));
    }
  }

  // What the distribution has of such files, without those that are the JDK's own.
  private List<Path> shipped(String suffix) throws IOException {
    Set<Path> ofJdk = new TreeSet<>();
    files(Path.of(System.getProperty("java.home")), suffix)
        .forEach(file -> ofJdk.add(file.getFileName()));
    return files(distribution, suffix).stream()
        .filter(file -> !ofJdk.contains(file.getFileName()))
        .toList();
  }

  private static List<Path> files(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return files
          .filter(file -> Files.isRegularFile(file) && file.toString().endsWith(suffix))
          .sorted()
          .toList();
    }
  }

  private static Optional<Pom> pom(Path file)
      throws IOException, ParserConfigurationException, SAXException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
    Element project =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(new java.io.ByteArrayInputStream(bytes))
            .getDocumentElement();
    Optional<Element> parent = child(project, "parent");
    List<String> names = new ArrayList<>();
    child(project, "licenses")
        .ifPresent(list -> children(list).forEach(licence -> names.add(text(licence, "name"))));
    String version = text(project, "version");
    return Optional.of(
        new Pom(
            text(project, "groupId").isEmpty()
                ? parent.map(p -> text(p, "groupId")).orElse("")
                : text(project, "groupId"),
            text(project, "artifactId"),
            version.isEmpty() ? parent.map(p -> text(p, "version")).orElse("") : version,
            text(project, "url"),
            String.join(" or ", names)));
  }

  private static List<Element> children(Element parent) {
    List<Element> elements = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element) {
        elements.add(element);
      }
    }
    return elements;
  }

  private static Optional<Element> child(Element parent, String name) {
    return children(parent).stream().filter(e -> e.getTagName().equals(name)).findFirst();
  }

  private static String text(Element parent, String name) {
    return child(parent, name).map(e -> e.getTextContent().strip()).orElse("");
  }
}
