package linuxkit.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.boot.initrd.InitrdBuilder;
import linuxkit.boot.initrd.InitrdCompression;
import linuxkit.filesystem.archive.CpioFailure;
import linuxkit.filesystem.erofs.ErofsCompression;
import linuxkit.oci.Platform;
import linuxkit.system.assembly.SystemTree;
import linuxkit.system.kernel.KernelConfig;
import linuxkit.yaml.Position;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Refuses what a format, a platform or a kernel cannot hold, before anything is written. */
class OutputsRefusalTest extends OutputsFixture {
  @ParameterizedTest
  @CsvSource({
    "kernel+squashfs, GZIP, NONE, SQUASHFS_ZLIB",
    "kernel+squashfs, XZ, NONE, SQUASHFS_XZ",
    "kernel+squashfs, ZSTD, NONE, SQUASHFS_ZSTD",
    "kernel+erofs, GZIP, LZ4, EROFS_FS_ZIP",
    "kernel+erofs, GZIP, ZSTD, EROFS_FS_ZIP_ZSTD"
  })
  void refusesAKernelThatCannotDecompressTheRoot(
      String label,
      linuxkit.filesystem.squashfs.SquashfsCompression squashfs,
      ErofsCompression erofs,
      String option)
      throws Exception {
    Format format = Formats.named(label);
    OutputOptions options =
        new OutputOptions(
            Platform.linux("amd64"),
            Systems.AMD64.bootFiles(),
            DiskOptions.DEFAULT,
            new RootOptions(squashfs, erofs));
    Outputs compressing =
        new Outputs(
            new WorkCache(directory.resolve("cache")),
            InitrdCompression.ZSTD,
            options,
            Progress.silent());
    SystemTree full = Systems.full();
    assertThatThrownBy(
            () -> compressing.write(withConfig(full, "SQUASHFS"), List.of(format), out, "web"))
        .isInstanceOf(OutputFailure.class)
        .hasMessageContaining("was built without CONFIG_" + option);
    assertThat(names()).isEmpty();
    compressing.write(withConfig(full, option), List.of(format), out, "web");
    if (format.hasRoot(Format.KernelAnd.Root.SQUASHFS)) {
      // The superblock has the compression's number at byte 20.
      int number = Files.readAllBytes(out.resolve("web-squashfs.img"))[20];
      assertThat(number)
          .isEqualTo(
              switch (squashfs) {
                case GZIP -> 1;
                case XZ -> 4;
                case ZSTD -> 6;
              });
    } else {
      assertThat(out.resolve("web-erofs.img")).isNotEmptyFile();
    }
  }

  private static SystemTree withConfig(SystemTree system, String option) {
    return new SystemTree(
        system.files(),
        system.kernel(),
        system.microcode(),
        system.cmdline(),
        system.cmdlinePosition(),
        system.modified(),
        Optional.of(KernelConfig.parse("CONFIG_" + option + "=y")));
  }

  @Test
  void refusesFormatsWhoseArtefactsHaveTheSameName() throws Exception {
    assertThatThrownBy(
            () ->
                outputs.write(
                    Systems.full(),
                    List.of(Formats.named("vhd"), Formats.named("dynamic-vhd")),
                    out,
                    "web"))
        .isInstanceOf(OutputFailure.class)
        .hasMessageContaining("vhd and dynamic-vhd both write a file NAME.vhd");
    assertThat(names()).isEmpty();
  }

  @Test
  void refusesFormatsThatAPlatformDoesNotHave() {
    Platform arm = Platform.linux("arm64");
    assertThatThrownBy(
            () -> Formats.check(List.of(Formats.named("raw-efi"), Formats.named("raw-bios")), arm))
        .isInstanceOf(OutputFailure.class)
        .hasMessageContaining("raw-bios cannot be built: arm64 machines have no BIOS");
    assertThatThrownBy(() -> Formats.check(List.of(Formats.named("rpi3")), Platform.linux("amd64")))
        .hasMessageContaining("rpi3 cannot be built: a Raspberry Pi 3 boots arm64, not amd64");
    assertThatThrownBy(() -> Formats.check(List.of(Formats.named("uki")), Platform.linux("s390x")))
        .hasMessageContaining("there is no boot loader for s390x");
  }

  @Test
  void namesTheFormatsThatAPlatformHas() {
    for (String architecture : List.of("s390x", "ppc64le")) {
      Platform platform = Platform.linux(architecture);
      assertThatThrownBy(() -> Formats.check(List.of(Formats.named("kernel+erofs")), platform))
          .isInstanceOfSatisfying(
              OutputFailure.class,
              e -> {
                assertThat(e.what())
                    .isEqualTo(
                        "the format kernel+erofs cannot be built: there is no first stage for "
                            + architecture);
                assertThat(e.hint())
                    .isEqualTo(
                        "the formats for "
                            + architecture
                            + " are kernel+initrd, tar, docker, tar-kernel-initrd,"
                            + " kernel+initrd-nogz");
              });
    }
  }

  @Test
  void refusesASystemWithoutAKernelBeforeWriting() throws Exception {
    SystemTree full = Systems.full();
    SystemTree none = new SystemTree(full.files(), Optional.empty(), Optional.empty(), "");
    assertThatThrownBy(
            () -> outputs.write(none, List.of(Formats.TAR, Formats.named("uki")), out, "web"))
        .isInstanceOfSatisfying(
            OutputFailure.class, e -> assertThat(e.hint()).contains("add a kernel section"));
    assertThat(names()).isEmpty();
    outputs.write(none, List.of(Formats.TAR), out, "web");
  }

  @Test
  void refusesAFileTooLargeForAnInitrdBeforeReadingOrWriting() throws Exception {
    SystemTree system = Systems.full();
    Systems.put(system.files(), "etc/huge", Systems.file(0644, Systems.unread(1L << 32)));
    assertThatThrownBy(
            () -> outputs.write(system, List.of(Formats.TAR, Formats.KERNEL_INITRD), out, "web"))
        .isInstanceOf(CpioFailure.class)
        .hasMessageContaining("etc/huge: the file has 4 GiB");
    assertThat(names()).isEmpty();
  }

  static List<String> labels() {
    return Formats.labels();
  }

  /** A separate root or an archive holds files of any size. */
  @ParameterizedTest
  @MethodSource("labels")
  void acceptsLargeFilesInFormatsWithoutAnInitrd(String label) {
    Format format = Formats.named(label);
    SystemTree system = Systems.full();
    Systems.put(system.files(), "etc/huge", Systems.file(0644, Systems.unread(1L << 32)));
    WorkCache cache = new WorkCache(directory.resolve("cache"));
    InitrdBuilder builder = new InitrdBuilder(cache, InitrdCompression.ZSTD, Progress.silent());
    Artefacts artefacts =
        new Artefacts(system, "web", Systems.AMD64, cache, builder, Progress.silent());
    boolean holds =
        format.label().matches("tar|docker|kernel.(squashfs|erofs|iso)|iso|iso-bios|iso-efi");
    if (holds) {
      artefacts.check(List.of(format));
    } else {
      assertThatThrownBy(() -> artefacts.check(List.of(format))).isInstanceOf(CpioFailure.class);
    }
  }

  @Test
  void refusesACommandLineOfTwoLines() {
    SystemTree full = Systems.full();
    SystemTree bad =
        new SystemTree(
            full.files(),
            full.kernel(),
            Optional.empty(),
            "a\nb",
            Optional.of(new Position("m.yml", 3, 5)),
            0,
            Optional.empty());
    assertThatThrownBy(() -> outputs.write(bad, List.of(Formats.KERNEL_INITRD), out, "web"))
        .isInstanceOf(OutputFailure.class)
        .hasMessage("m.yml:3:5: the kernel command line contains a line break or a NUL");
  }

  @Test
  void suggestsTheNearestFormat() {
    assertThatThrownBy(() -> Formats.named("kernel+initd"))
        .isInstanceOfSatisfying(
            OutputFailure.class,
            e -> {
              assertThat(e.what()).isEqualTo("unknown output format 'kernel+initd'");
              assertThat(e.hint())
                  .startsWith("did you mean kernel+initrd? the formats are kernel+initrd, tar, ");
            });
  }
}
