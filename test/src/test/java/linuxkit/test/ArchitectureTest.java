package linuxkit.test;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The arrows of docs/architecture.md: use only points down the list, and each floor is ignorant of
 * what it says.
 */
class ArchitectureTest {
  /** Top to bottom. */
  private static final List<String> FLOORS =
      List.of("cli", "run", "packaging", "boot", "system", "oci", "disk", "filesystem", "base");

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
  void runKnowsNothingOfHowImagesAreBuilt() {
    for (String floor : List.of("packaging", "boot", "system", "oci")) {
      neverUses("run", "linuxkit." + floor + "..");
    }
  }

  @Test
  void packagingKnowsNothingOfSystemManifests() {
    // It may only use the YAML reader and the container vocabulary, which build.yml and manifests
    // have in common.
    noClasses()
        .that()
        .resideInAPackage("linuxkit.packaging..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("linuxkit.system..")
                .and(
                    resideOutsideOfPackages(
                        "linuxkit.system.yaml..", "linuxkit.system.container..")))
        .check(CLASSES);
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
  }

  @Test
  void onlyHypervisorsAndCredentialHelpersStartProcesses() {
    noClasses()
        .that()
        .resideOutsideOfPackages("linuxkit.run..", "linuxkit.oci.registry..")
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
