package linuxkit.test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks the dependencies in docs/architecture.md: a module uses only modules below it, and none
 * that it must not know.
 */
class ArchitectureTest {
  /** Top to bottom. */
  private static final List<String> FLOORS =
      List.of(
          "cli",
          "engine",
          "run",
          "packaging",
          "boot",
          "system",
          "oci",
          "trust",
          "yaml",
          "http",
          "json",
          "disk",
          "filesystem",
          "base");

  private static final Pattern ROW = Pattern.compile("\\| `([a-z]+)/` \\|.*");

  /** Modules that are not part of the program. */
  private static final Set<String> TOOLS = Set.of("fixtures", "training");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("linuxkit");

  @Test
  void everyModuleIsAFloor() throws IOException {
    try (Stream<Path> folders = Files.list(Linuxkit.PROJECT)) {
      assertThat(
              folders
                  .filter(folder -> Files.exists(folder.resolve("src/main/java/module-info.java")))
                  .map(folder -> String.valueOf(folder.getFileName()))
                  .filter(module -> !TOOLS.contains(module)))
          .containsExactlyInAnyOrderElementsOf(FLOORS);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/architecture.md", "CONTRIBUTING.md"})
  void pagesListTheFloorsInThisOrder(String page) throws IOException {
    List<String> rows =
        Files.readAllLines(Linuxkit.PROJECT.resolve(page)).stream()
            .map(ROW::matcher)
            .filter(Matcher::matches)
            .map(row -> row.group(1))
            .filter(FLOORS::contains)
            .toList();
    assertThat(rows).isEqualTo(FLOORS);
  }

  @Test
  void useOnlyPointsDown() {
    for (int lower = 1; lower < FLOORS.size(); lower++) {
      for (int upper = 0; upper < lower; upper++) {
        neverUses(FLOORS.get(lower), "linuxkit." + FLOORS.get(upper) + "..");
      }
    }
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("linuxkit.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void engineKnowsNothingOfTheCommandLine() {
    neverUses("engine", "picocli..");
    neverUses("run", "linuxkit.engine..");
  }

  @Test
  void runKnowsNothingOfHowImagesAreBuilt() {
    for (String floor : List.of("packaging", "boot", "system", "oci")) {
      neverUses("run", "linuxkit." + floor + "..");
    }
  }

  @Test
  void packagingKnowsNothingOfSystemManifests() {
    neverUses("packaging", "linuxkit.system..");
    neverUses("packaging", "linuxkit.boot..");
  }

  @Test
  void bootKnowsNothingOfRegistries() {
    neverUses("boot", "linuxkit.oci.registry..");
  }

  @Test
  void systemKnowsNothingOfFormats() {
    neverUses("system", "linuxkit.disk..");
  }

  @Test
  void librariesStandAlone() {
    neverUses("disk", "linuxkit.filesystem..");
    neverUses("oci", "linuxkit.disk..");
    neverUses("oci", "linuxkit.yaml..");
    neverUses("oci", "linuxkit.trust..");
    neverUses("trust", "linuxkit.http..");
    for (String floor : List.of("http", "yaml", "filesystem", "disk")) {
      neverUses(floor, "linuxkit.oci..");
    }
    for (String floor : List.of("http", "yaml", "json")) {
      neverUses(floor, "linuxkit.filesystem..");
      neverUses(floor, "linuxkit.disk..");
    }
    neverUses("http", "linuxkit.json..");
  }

  @Test
  void onlyHypervisorsBuildersAndCredentialHelpersStartProcesses() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "linuxkit.run..",
            "linuxkit.oci.registry.auth..",
            "linuxkit.packaging.builder..",
            "linuxkit.fixtures..")
        .and()
        // The ssh that leads to the Docker Engine of another machine.
        .doNotHaveFullyQualifiedName("linuxkit.oci.archive.EngineAddress")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName(ProcessBuilder.class.getName())
        .check(CLASSES);
  }

  @Test
  void onlyTheCommandLineReadsTheEnvironment() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("linuxkit.cli.console.Terminal")
        .and()
        // Reads SUDO_UID: no setting may decide whose files are trusted.
        .doNotHaveFullyQualifiedName("linuxkit.base.own.CurrentUser")
        .and()
        .resideOutsideOfPackages("linuxkit.fixtures..", "linuxkit.training..")
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .check(CLASSES);
  }

  private static void neverUses(String floor, String packages) {
    noClasses()
        .that()
        .resideInAPackage("linuxkit." + floor + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(packages)
        .check(CLASSES);
  }
}
