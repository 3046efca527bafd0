package linuxkit.system.modules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamePatternTest {
  @ParameterizedTest
  @CsvSource({
    "virtio-*, virtio_net, true",
    "virtio-*, virtio_, true",
    "virtio-*, virtio, false",
    "*, ext4, true",
    "ext?, ext4, true",
    "ext?, ext, false",
    "ext?, ext44, false",
    "*_*, virtio_net, true",
    "*ab, aab, true",
    "*ab*cd, abxabcd, true",
    "*ab*ab, ab, false",
    "a**b, ab, true",
    "a*?b, ab, false",
    "nf.*, nf_nat, false",
    "ext4, ext4, true",
    "ext4, ext, false",
    "ext4, ext42, false",
  })
  void matchesWholeNames(String pattern, String name, boolean matches) {
    assertThat(new NamePattern(pattern).matches(name)).isEqualTo(matches);
  }

  @Test
  void recognizesGlobs() {
    assertThat(new NamePattern("virtio-*").isGlob()).isTrue();
    assertThat(new NamePattern("ext?").isGlob()).isTrue();
    assertThat(new NamePattern("virtio-net").isGlob()).isFalse();
  }

  // Such patterns come from an image's label, and the names from its archive.
  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void matchesManyStarsInLinearTime() {
    assertThat(new NamePattern("*a".repeat(60) + "b").matches("a".repeat(250))).isFalse();
  }
}
