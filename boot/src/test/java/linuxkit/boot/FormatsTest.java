package linuxkit.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import linuxkit.oci.Platform;
import linuxkit.system.manifest.BootComponent;
import org.junit.jupiter.api.Test;

class FormatsTest {
  private static final List<String> ARCHITECTURES =
      List.of("amd64", "arm64", "riscv64", "s390x", "ppc64le");

  /** Any change of a format must be made in formats.txt, too. */
  @Test
  void hasTheRecordedTableOfFormats() throws IOException {
    String recorded;
    try (InputStream in =
        Objects.requireNonNull(FormatsTest.class.getResourceAsStream("formats.txt"))) {
      recorded = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    List<String> rows = recorded.lines().filter(line -> !line.startsWith("#")).toList();
    assertThat(Formats.ALL.stream().map(FormatsTest::row).toList()).isEqualTo(rows);
  }

  @Test
  void findsEveryFormatByItsName() {
    for (Format format : Formats.ALL) {
      assertThat(Formats.named(format.label())).isSameAs(format);
    }
  }

  private static String row(Format format) {
    return String.join(
        " | ",
        format.label(),
        kind(format),
        String.join(" ", format.suffixes()),
        platforms(format),
        size(format));
  }

  private static String kind(Format format) {
    return switch (format) {
      case Format.Archive archive -> "archive of " + archive.members();
      case Format.KernelAnd files -> "kernel and " + files.root();
      case Format.Disc disc -> "disc of " + disc.contents() + " for " + disc.firmware();
      case Format.UnifiedKernel _ -> "unified kernel";
      case Format.Disk disk -> disk.container() + " disk for " + disk.firmware();
      case Format.Card _ -> "card";
    };
  }

  /** Lists the platforms that have the format, with the components that it needs there. */
  private static String platforms(Format format) {
    return ARCHITECTURES.stream()
        .map(Platform::linux)
        .filter(platform -> format.reasonAgainst(platform).isEmpty())
        .map(platform -> platform.architecture() + components(format, platform))
        .collect(Collectors.joining(", "));
  }

  private static String components(Format format, Platform platform) {
    return format.components(platform).stream()
        .map(BootComponent::key)
        .collect(Collectors.joining("+", "(", ")"));
  }

  private static String size(Format format) {
    return format instanceof Format.Disk disk
        ? "%d MiB in steps of %d".formatted(disk.defaultSize() >> 20, disk.multiple() >> 20)
        : "-";
  }
}
