package linuxkit.trust.sigstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import linuxkit.trust.TrustFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All cases of sigstore-conformance, each by file and by digest. */
class ConformanceTest {
  static Stream<Path> good() throws IOException {
    return Conformance.folders().stream().filter(folder -> !isBad(folder));
  }

  static Stream<Path> bad() throws IOException {
    return Conformance.folders().stream().filter(ConformanceTest::isBad);
  }

  private static boolean isBad(Path folder) {
    return folder.toString().endsWith("_fail");
  }

  @ParameterizedTest
  @MethodSource
  void good(Path folder) throws IOException {
    VerifiedBundle byFile = Conformance.verify(folder, Conformance.byFile(folder));
    VerifiedBundle byDigest = Conformance.verify(folder, Conformance.byDigest(folder));
    assertThat(byFile.times()).isNotEmpty();
    assertThat(byDigest).isEqualTo(byFile);
  }

  /** Each case is refused for the reason that its README gives, not by chance. */
  @ParameterizedTest
  @MethodSource
  void bad(Path folder) throws IOException {
    String reason = reasons().get(folder.getFileName().toString());
    for (Artifact artifact : List.of(Conformance.byFile(folder), Conformance.byDigest(folder))) {
      assertThatThrownBy(() -> Conformance.verify(folder, artifact))
          .isInstanceOfSatisfying(
              TrustFailure.class, failure -> assertThat(failure.what()).isEqualTo(reason));
    }
  }

  private static Map<String, String> reasons() throws IOException {
    return Files.readAllLines(Conformance.root().resolve("reasons.txt")).stream()
        .map(line -> line.split(": ", 2))
        .collect(Collectors.toMap(line -> line[0], line -> line[1]));
  }

  @Test
  void hasAllCases() throws IOException {
    assertThat(good()).hasSize(21);
    assertThat(bad()).hasSize(49);
  }
}
