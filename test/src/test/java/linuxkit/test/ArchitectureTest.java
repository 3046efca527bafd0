package linuxkit.test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Checks the dependencies in docs/architecture.md: a module uses only modules below it, and none
 * that it must not know.
 */
class ArchitectureTest {
  /** Top to bottom. */
  private static final List<String> FLOORS =
      List.of(
          "cli",
          "run",
          "engine",
          "packaging",
          "boot",
          "system",
          "oci",
          "disk",
          "filesystem",
          "http",
          "yaml",
          "json",
          "base");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("linuxkit");

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
    for (String floor : List.of("http", "yaml", "filesystem", "disk")) {
      neverUses(floor, "linuxkit.oci..");
    }
    for (String floor : List.of("http", "filesystem", "disk")) {
      neverUses(floor, "linuxkit.json..");
    }
  }

  @Test
  void onlyHypervisorsAndCredentialHelpersStartProcesses() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "linuxkit.run..", "linuxkit.oci.registry.auth..", "linuxkit.fixtures..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName(ProcessBuilder.class.getName())
        .check(CLASSES);
  }

  private static void neverUses(String floor, String packages) {
    noClasses()
        .that()
        .resideInAPackage("linuxkit." + floor + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(packages)
        .allowEmptyShould(true)
        .check(CLASSES);
  }
}
