package linuxkit.test;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Limits for the sizes of files, packages and parameter lists, and names that no two modules share.
 */
class SizesTest {
  private static final int MOST_PARAMETERS = 8;
  private static final int MOST_LINES = 320;
  private static final int MOST_FILES = 25;

  // Names that wait to be changed.
  private static final Set<String> SHARED = Set.of("Firmware.java");

  private static final Set<String> INFOS = Set.of("module-info.java", "package-info.java");
  private static final Pattern EXPORT = Pattern.compile("exports ([a-z0-9.]+)");

  @Test
  void publicMethodsTakeEightParameters() throws IOException {
    Set<String> exported = new TreeSet<>();
    for (Path file : files("src/main/java", "module-info.java")) {
      EXPORT.matcher(Files.readString(file)).results().forEach(r -> exported.add(r.group(1)));
    }
    List<String> longer = new ArrayList<>();
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("linuxkit")) {
      if (exported.contains(type.getPackageName()) && isPublic(type)) {
        type.getCodeUnits().stream()
            .filter(SizesTest::isVisible)
            .filter(unit -> unit.getRawParameterTypes().size() > MOST_PARAMETERS)
            .forEach(unit -> longer.add(unit.getFullName()));
      }
    }
    assertThat(exported).hasSizeGreaterThan(30);
    assertThat(longer).isEmpty();
  }

  private static boolean isPublic(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(SizesTest::isPublic).orElse(true);
  }

  private static boolean isVisible(JavaCodeUnit unit) {
    Set<JavaModifier> modifiers = unit.getModifiers();
    return (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED))
        && !modifiers.contains(JavaModifier.SYNTHETIC);
  }

  @Test
  void sourceFilesHaveAtMost320Lines() throws IOException {
    Set<String> longer = new TreeSet<>();
    List<Path> all = new ArrayList<>(files("src/main", ".java"));
    all.addAll(files("src/test", ".java"));
    all.addAll(files("src/main", ".c"));
    all.addAll(below(Linuxkit.PROJECT.resolve("guest"), ".c"));
    all.addAll(below(Linuxkit.PROJECT.resolve("guest"), ".h"));
    for (Path file : all) {
      try (Stream<String> lines = Files.lines(file)) {
        if (lines.count() > MOST_LINES) {
          longer.add(relative(file));
        }
      }
    }
    assertThat(all).hasSizeGreaterThan(500);
    assertThat(longer).isEmpty();
  }

  @Test
  void packagesHaveAtMost25Files() throws IOException {
    List<Path> all = new ArrayList<>(files("src/main/java", ".java"));
    all.addAll(files("src/test/java", ".java"));
    Map<String, Long> sizes =
        all.stream()
            .filter(file -> !INFOS.contains(String.valueOf(file.getFileName())))
            .collect(
                Collectors.groupingBy(
                    file -> relative(file.resolveSibling("")),
                    TreeMap::new,
                    Collectors.counting()));
    sizes.values().removeIf(size -> size <= MOST_FILES);
    assertThat(sizes).isEmpty();
  }

  @Test
  void classesOfTwoModulesHaveDifferentNames() throws IOException {
    Set<String> names = new TreeSet<>();
    Set<String> twice = new TreeSet<>();
    for (Path file : files("src/main/java", ".java")) {
      String name = String.valueOf(file.getFileName());
      if (!names.add(name) && !INFOS.contains(name) && !SHARED.contains(name)) {
        twice.add(relative(file));
      }
    }
    assertThat(names).hasSizeGreaterThan(400);
    assertThat(twice).isEmpty();
  }

  private static String relative(Path file) {
    return Linuxkit.PROJECT.relativize(file).toString();
  }

  /** Returns the files of all modules in a source folder whose names have this end. */
  private static List<Path> files(String folder, String end) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> modules = Files.list(Linuxkit.PROJECT)) {
      for (Path sources :
          modules.map(m -> m.resolve(folder)).filter(Files::isDirectory).sorted().toList()) {
        found.addAll(below(sources, end));
      }
    }
    return found;
  }

  private static List<Path> below(Path folder, String end) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(end)).toList();
    }
  }
}
