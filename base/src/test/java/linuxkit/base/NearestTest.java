package linuxkit.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> KNOWN = List.of("services", "onboot", "onshutdown", "files");

  @Test
  void findsAWordThatDiffersInAFewLetters() {
    assertThat(Nearest.to("service", KNOWN)).contains("services");
    assertThat(Nearest.to("fiels", KNOWN)).contains("files");
    assertThat(Nearest.to("onbot", KNOWN)).contains("onboot");
    assertThat(Nearest.to("files", KNOWN)).contains("files");
  }

  @Test
  void guessesNothingIfAllWordsDifferALot() {
    assertThat(Nearest.to("kernel", KNOWN)).isEmpty();
    assertThat(Nearest.to("", KNOWN)).isEmpty();
    assertThat(Nearest.to("x".repeat(1_000_000), KNOWN)).isEmpty();
  }

  @Test
  void prefersTheFirstOfEqualCandidates() {
    assertThat(Nearest.to("cat", List.of("bat", "rat"))).contains("bat");
  }

  @Test
  void prefersAWordThatDiffersOnlyInCase() {
    assertThat(Nearest.to("kerneltcp", List.of("kernel", "kernelTCP"))).contains("kernelTCP");
    assertThat(Nearest.to("CPU", List.of("pid", "cpu"))).contains("cpu");
  }
}
