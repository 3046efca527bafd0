package linuxkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import linuxkit.boot.DiskOptions;
import linuxkit.boot.Format;
import linuxkit.boot.Formats;
import linuxkit.boot.OutputFailure;
import linuxkit.boot.RawCompression;
import linuxkit.boot.RootOptions;
import linuxkit.boot.initrd.InitrdCompression;
import linuxkit.oci.Platform;
import linuxkit.system.manifest.Budget;
import linuxkit.system.sbom.SbomFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuildRequestTest {
  private static final Platform PLATFORM = Platform.parse("linux/amd64").orElseThrow();
  private static final Format TAR = Formats.named("tar");

  @Test
  void refusesAReportThatIsAnOutput() {
    BuildRequest request = request(new BuildTarget.ToFile(TAR, Path.of("out/system.tar")));
    assertIsOutput(request, "out/./system.tar");
  }

  @Test
  void refusesAReportThatIsACompressedDisk() {
    BuildRequest request = request(named("raw-bios", "", "x")).withOutputs(zstd());
    assertIsOutput(request, "x-bios.img.zst");
    assertThatCode(() -> request.withReport(Path.of("x-bios.img"))).doesNotThrowAnyException();
  }

  @Test
  void namesOnlyRawDisksAfterTheirCompression() {
    BuildTarget target =
        new BuildTarget.Named(
            List.of(Formats.named("raw-bios"), Formats.named("vhd")), Path.of("d"), "x");
    assertThat(target.files(RawCompression.ZSTD))
        .containsExactly(Path.of("d/x-bios.img.zst"), Path.of("d/x.vhd"));
    assertThat(target.files(RawCompression.NONE))
        .containsExactly(Path.of("d/x-bios.img"), Path.of("d/x.vhd"));
  }

  private static void assertIsOutput(BuildRequest request, String report) {
    assertThatThrownBy(() -> request.withReport(Path.of(report)))
        .isInstanceOf(RequestFailure.class)
        .hasMessageContaining("would overwrite an output");
  }

  @Test
  void keepsDirectoryAndNameApartInTheKey() {
    assertThat(request(named("ova", "a", "b")).key())
        .isNotEqualTo(request(named("ova", "", "a/b")).key());
  }

  @Test
  void keepsListsApartInTheKey() {
    BuildTarget target = named("tar", "d", "x");
    assertThat(BuildRequest.of(List.of("a.yml", "1"), target).withPlatform(PLATFORM).key())
        .isNotEqualTo(BuildRequest.of(List.of("a.yml"), target).withPlatform(PLATFORM).key());
    List<String> one = new ArrayList<>();
    BuildRecord.addList(one, List.of("a", "b"));
    BuildRecord.addList(one, List.of());
    List<String> other = new ArrayList<>();
    BuildRecord.addList(other, List.of("a"));
    BuildRecord.addList(other, List.of("b"));
    assertThat(one).isNotEqualTo(other);
  }

  @Test
  void keepsKindsOfTargetApartInTheKey() {
    assertThat(request(new BuildTarget.ToFile(TAR, Path.of("x.tar"))).key())
        .isNotEqualTo(request(named("tar", "", "x")).key());
  }

  @Test
  void hasEveryOptionInTheKey() {
    BuildRequest request = request(named("tar", "d", "x"));
    assertThat(
            List.of(
                request.key(),
                request.withPlatform(Platform.parse("linux/arm64").orElseThrow()).key(),
                request.withImages(ImageSource.REGISTRY).key(),
                request.withSystem(new SystemOptions(true, SbomRequest.DEFAULT)).key(),
                request.withSystem(new SystemOptions(false, SbomRequest.NONE)).key(),
                request.withOutputs(zstd()).key(),
                request
                    .withLimits(new SizeLimits(Budget.parse(List.of("total=1M"), "test"), "test"))
                    .key()))
        .doesNotHaveDuplicates();
  }

  @Test
  void refusesATargetWithoutAFormat() {
    assertThatThrownBy(() -> new BuildTarget.Named(List.of(), Path.of(""), "x"))
        .isInstanceOf(RequestFailure.class)
        .hasMessage("no format is named");
  }

  @Test
  void copiesTheFormatsOfATarget() {
    List<Format> formats = new ArrayList<>(List.of(TAR));
    BuildTarget target = new BuildTarget.Named(formats, Path.of(""), "x");
    formats.clear();
    assertThat(target.formats()).containsExactly(TAR);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kernel+initrd", "tar-kernel-initrd", "raw-bios", "iso"})
  void refusesOneOutputForFormatsOfSeveralFiles(String label) {
    Format format = Formats.named(label);
    assertThatThrownBy(() -> new BuildTarget.ToFile(format, Path.of("x")))
        .isInstanceOf(RequestFailure.class)
        .hasMessageContaining(label);
    assertThatThrownBy(
            () -> new BuildTarget.ToStream(format, OutputStream.nullOutputStream(), "the test"))
        .isInstanceOf(RequestFailure.class)
        .hasMessageContaining(label);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/sbom.json", "a//b", "../sbom.json", "a/..", "./a", "a/"})
  void refusesABillOfMaterialsOutsideTheSystem(String path) {
    assertThatThrownBy(() -> new SbomRequest(Map.of(SbomFormat.SPDX, path), false))
        .isInstanceOf(RequestFailure.class)
        .hasMessage("not a path in the system: " + path);
  }

  @Test
  void refusesTwoBillsOfMaterialsInOnePlace() {
    assertThatThrownBy(
            () ->
                new SbomRequest(
                    Map.of(SbomFormat.SPDX, "a.json", SbomFormat.CYCLONEDX, "a.json"), false))
        .isInstanceOf(RequestFailure.class)
        .hasMessageContaining("a.json");
  }

  @ParameterizedTest
  @CsvSource({"0", "-1048576", "1048575", "1"})
  void refusesADiskOfPartOfAMebibyte(long size) {
    assertThatThrownBy(
            () ->
                new DiskOptions(
                    OptionalLong.of(size),
                    RawCompression.NONE,
                    DiskOptions.DEFAULT.qcow2(),
                    DiskOptions.DEFAULT.vmdk()))
        .isInstanceOf(OutputFailure.class)
        .hasMessageContaining("not a disk size");
  }

  private static OutputSettings zstd() {
    return new OutputSettings(
        InitrdCompression.ZSTD,
        new DiskOptions(
            OptionalLong.empty(),
            RawCompression.ZSTD,
            DiskOptions.DEFAULT.qcow2(),
            DiskOptions.DEFAULT.vmdk()),
        RootOptions.DEFAULT);
  }

  private static BuildTarget named(String format, String directory, String name) {
    return new BuildTarget.Named(List.of(Formats.named(format)), Path.of(directory), name);
  }

  private static BuildRequest request(BuildTarget target) {
    return BuildRequest.of(List.of("system.yml"), target).withPlatform(PLATFORM);
  }
}
