package linuxkit.system.licence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.spdx.library.ListedLicenses;

class DebianLicencesTest {
  @BeforeAll
  static void useTheListOfTheLibrary() {
    System.setProperty("org.spdx.useJARLicenseInfoOnly", "true");
  }

  static Stream<String> identifiers() {
    return DebianLicences.BY_NAME.values().stream().distinct();
  }

  @ParameterizedTest
  @MethodSource("identifiers")
  void usesIdentifiersOfSpdx(String id) {
    assertThat(ListedLicenses.getListedLicenses().isSpdxListedLicenseId(id)).isTrue();
  }

  @Test
  void usesGnuIdentifiersOfSpdx() {
    for (String family : new String[] {"GPL", "LGPL", "AGPL", "GFDL", "GFDL-NIV"}) {
      for (String version :
          new String[] {"1", "1.0", "1.1", "1.2", "1.3", "2", "2.0", "2.1", "3"}) {
        for (String later : new String[] {"", "+", "-only", "-or-later"}) {
          Optional<String> id = DebianLicences.spdx(family + "-" + version + later);
          id.ifPresent(this::usesIdentifiersOfSpdx);
        }
      }
    }
    assertThat(DebianLicences.spdx("GPL-2.1")).isEmpty();
    assertThat(DebianLicences.spdx("LGPL-1")).isEmpty();
  }

  static Stream<String> exceptions() {
    return DebianLicences.EXCEPTIONS.values().stream().distinct();
  }

  @ParameterizedTest
  @MethodSource("exceptions")
  void usesExceptionsOfSpdx(String id) {
    assertThat(ListedLicenses.getListedLicenses().isSpdxListedExceptionId(id)).isTrue();
  }
}
