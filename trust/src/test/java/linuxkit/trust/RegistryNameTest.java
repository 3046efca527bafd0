package linuxkit.trust;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryNameTest {
  @ParameterizedTest
  @CsvSource({
    "R.Example,r.example",
    "r.example:443,r.example",
    "r.example:0443,r.example",
    "r.example:05000,r.example:5000",
    "r.example.,r.example",
    "r.example.:443,r.example",
    "r.example:80,r.example:80",
    "localhost:80,localhost",
    "127.0.0.1:80,127.0.0.1",
    "127.1:5000,127.0.0.1:5000",
    "2130706433:5000,127.0.0.1:5000",
    "[::1]:5000,[0:0:0:0:0:0:0:1]:5000",
    "[0::0:1],[0:0:0:0:0:0:0:1]",
    "[::FFFF:7F00:1]:5000,127.0.0.1:5000",
    "index.docker.io,docker.io",
    "Registry-1.Docker.IO:443,docker.io",
    "registry.hub.docker.com,docker.io",
    "index.docker.io.,docker.io"
  })
  void hasOneSpelling(String spelling, String canonical) {
    assertThat(RegistryName.canonical(spelling)).isEqualTo(canonical);
    assertThat(RegistryName.canonical(canonical)).isEqualTo(canonical);
  }
}
