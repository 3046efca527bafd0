package linuxkit.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecParsingTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "8080:80 8080 80 TCP",
        "8080:80/tcp 8080 80 TCP",
        "1:65535/udp 1 65535 UDP",
      })
  void parsesPorts(String text, int host, int guest, PortMapping.Protocol protocol) {
    assertThat(PortMapping.parse(text))
        .isEqualTo(new PortMapping(Optional.empty(), host, guest, protocol));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:8080:80, 127.0.0.1:8080",
    "0.0.0.0:53:53/udp, 0.0.0.0:53",
    "[::1]:8080:80, [0:0:0:0:0:0:0:1]:8080"
  })
  void t10PortOnOneAddress(String text, String listener) {
    assertThat(PortMapping.parse(text).listener()).isEqualTo(listener);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "80",
        ":80",
        "80:",
        "0:80",
        "80:0",
        "65536:1",
        "99999:1",
        "1:2:3",
        "127.1:8080:80",
        "127.0.0.256:8080:80",
        "127.0.0.01:8080:80",
        "localhost:8080:80",
        "::1:8080:80",
        "[::1:8080:80",
        "[::x]:8080:80",
        "[fe80::1%eth0]:8080:80",
        "[]:8080:80",
        "127.0.0.1,hostfwd=tcp::22-:22:1:2",
        "1:2/sctp",
        "1:2/",
        "a:b",
        "-1:80",
        " 1:2",
        "1:2,hostfwd=tcp::22-:22",
        "8080:80\n"
      })
  void invalidPortsAreRefused(String text) {
    assertThatThrownBy(() -> PortMapping.parse(text)).isInstanceOf(OptionFailure.class);
  }

  @ParameterizedTest
  @CsvSource({
    "size=1, 1073741824",
    "size=3G, 3221225472",
    "size=512M, 536870912",
  })
  void parsesSizes(String text, long bytes) {
    assertThat(DiskSpec.parse(text))
        .isEqualTo(new DiskSpec(Optional.empty(), OptionalLong.of(bytes), Optional.empty()));
  }

  @Test
  void parsesADiskWithAllKeys() {
    assertThat(DiskSpec.parse("file=a=b.img,size=1M,format=raw"))
        .isEqualTo(
            new DiskSpec(
                Optional.of(Path.of("a=b.img")), OptionalLong.of(1 << 20), Optional.of("raw")));
    assertThat(DiskSpec.parse("disk.qcow2")).isEqualTo(DiskSpec.of(Path.of("disk.qcow2")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "size=",
        "size=0",
        "size=1K",
        "size=-1",
        "size=9999999999G",
        "file=",
        "format=raw",
        "file=a,colour=red",
        "file=a,format=",
        "file=a,format=raw;id",
        "file=a,"
      })
  void invalidDisksAreRefused(String text) {
    assertThatThrownBy(() -> DiskSpec.parse(text)).isInstanceOf(OptionFailure.class);
  }

  @Test
  void parsesNetworks() {
    assertThat(Network.parse("")).isEqualTo(new Network.User());
    assertThat(Network.parse("default")).isEqualTo(new Network.User());
    assertThat(Network.parse("user")).isEqualTo(new Network.User());
    assertThat(Network.parse("none")).isEqualTo(new Network.None());
    assertThat(Network.parse("tap,tap0")).isEqualTo(new Network.Tap("tap0"));
    assertThat(Network.parse("bridge,br0")).isEqualTo(new Network.Bridge("br0"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tap", "tap,", "bridge", "vmnet", "user,x", "none,", "tap,a,script=/bin/sh", ","})
  void invalidNetworksAreRefused(String text) {
    assertThatThrownBy(() -> Network.parse(text)).isInstanceOf(OptionFailure.class);
  }

  @FuzzTest(maxDuration = "5s")
  void parsesOrRefusesAnyPort(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      PortMapping spec = PortMapping.parse(text);
      assertThat(
              PortMapping.parse(
                  spec.listener() + ":" + spec.guest() + "/" + spec.protocol().label()))
          .isEqualTo(spec);
    } catch (OptionFailure refused) {
      assertThat(refused.hint()).isNotEmpty();
    }
  }

  @FuzzTest(maxDuration = "5s")
  void parsesOrRefusesAnyDisk(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      DiskSpec spec = DiskSpec.parse(text);
      assertThat(spec.file().isPresent() || spec.size().isPresent()).isTrue();
      assertThat(spec.size().orElse(1)).isPositive();
    } catch (OptionFailure refused) {
      assertThat(refused.hint()).isNotEmpty();
    }
  }
}
