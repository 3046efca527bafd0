package linuxkit.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.FileStamp;
import linuxkit.base.cache.WorkCache;
import linuxkit.boot.initrd.InitrdCompression;
import linuxkit.filesystem.archive.TarEntry;
import linuxkit.filesystem.archive.TarReader;
import linuxkit.fixtures.ProgressLog;
import linuxkit.system.assembly.SystemTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputsTest extends OutputsFixture {
  private Map<String, Long> modified(String tar) throws IOException {
    Map<String, Long> times = new HashMap<>();
    try (InputStream in = Files.newInputStream(out.resolve(tar))) {
      TarReader reader = new TarReader(in, tar);
      for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
        times.put(entry.get().path(), entry.get().metadata().modified());
      }
    }
    return times;
  }

  @Test
  void writesKernelInitrdAndCommandLine() throws Exception {
    List<Artefact> made = outputs.write(Systems.full(), List.of(Formats.KERNEL_INITRD), out, "web");
    assertThat(made)
        .extracting(Artefact::path)
        .containsExactly(
            out.resolve("web-kernel"), out.resolve("web-initrd.img"), out.resolve("web-cmdline"));
    for (Artefact artefact : made) {
      assertThat(artefact.stamp()).isEqualTo(FileStamp.of(artefact.path()));
    }
    assertThat(outputs.write(Systems.full(), List.of(Formats.KERNEL_INITRD), out, "web"))
        .as("untouched by the same build again")
        .isEqualTo(made);
    assertThat(names()).containsExactlyInAnyOrder("web-kernel", "web-initrd.img", "web-cmdline");
    assertThat(out.resolve("web-kernel")).hasContent("the kernel");
    assertThat(out.resolve("web-cmdline"))
        .hasBinaryContent("console=ttyS0".getBytes(StandardCharsets.UTF_8));
    byte[] initrd = Files.readAllBytes(out.resolve("web-initrd.img"));
    assertThat(new String(initrd, 0, 16, StandardCharsets.US_ASCII)).isEqualTo("070701 microcode");
    assertThat(Arrays.copyOfRange(initrd, 16, 20)).containsExactly(0x28, 0xb5, 0x2f, 0xfd);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kernel+initrd", "kernel+initrd-nogz"})
  void writesTheInitrdAloneIfThereIsNoKernel(String format) throws Exception {
    SystemTree none =
        new SystemTree(Systems.full().files(), Optional.empty(), Optional.empty(), "");
    outputs.write(Systems.full(), List.of(Formats.named(format)), out, "web");
    assertThat(outputs.write(none, List.of(Formats.named(format)), out, "web"))
        .extracting(Artefact::path)
        .containsExactly(out.resolve("web-initrd.img"));
    assertThat(names()).as("nothing of the system with a kernel").containsExactly("web-initrd.img");
    outputs.write(none, List.of(Formats.named("tar-kernel-initrd")), out, "web");
    byte[] tar = Files.readAllBytes(out.resolve("web-initrd.tar"));
    assertThat(new String(InitrdTools.run(out, tar, "tar", "-tf", "-"), StandardCharsets.UTF_8))
        .isEqualTo("initrd.img\n");
  }

  @Test
  void writesAnInitrdThatIsNotCompressed() throws Exception {
    outputs.write(Systems.full(), List.of(Formats.named("kernel+initrd-nogz")), out, "web");
    byte[] initrd = Files.readAllBytes(out.resolve("web-initrd.img"));
    byte[] archive = Arrays.copyOfRange(initrd, 16, initrd.length);
    assertThat(
            new String(
                    InitrdTools.run(out, archive, "cpio", "-it", "--quiet"), StandardCharsets.UTF_8)
                .lines())
        .contains("bin/tool", "containers/services/web/config.json");
  }

  @Test
  void writesATarThatRecordsTheOriginOfFiles() throws Exception {
    outputs.write(Systems.full(), List.of(Formats.TAR), out, "web");
    byte[] tar = Files.readAllBytes(out.resolve("web.tar"));
    String list = new String(InitrdTools.run(out, tar, "tar", "-tf", "-"), StandardCharsets.UTF_8);
    assertThat(list.lines().toList())
        .contains("boot/kernel", "bin/tool", "containers/services/web");
    String raw = new String(tar, StandardCharsets.ISO_8859_1);
    assertThat(raw)
        .contains("LINUXKIT.location=services[0]\n")
        .contains("LINUXKIT.source=docker.io/library/web:1\n");
  }

  @Test
  void streamsTheTarThatItWrites() throws Exception {
    outputs.write(Systems.full(), Formats.TAR, out.resolve("any.name"));
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    outputs.stream(Systems.full(), Formats.TAR, stream);
    assertThat(out.resolve("any.name")).hasBinaryContent(stream.toByteArray());
    assertThatThrownBy(() -> outputs.stream(Systems.full(), Formats.KERNEL_INITRD, stream))
        .isInstanceOf(OutputFailure.class)
        .hasMessageContaining("kernel+initrd cannot be written to one output");
  }

  @Test
  void addsADockerfile() throws Exception {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    outputs.stream(Systems.full(), Formats.named("docker"), stream);
    byte[] file = InitrdTools.run(out, stream.toByteArray(), "tar", "-xOf", "-", "Dockerfile");
    assertThat(new String(file, StandardCharsets.US_ASCII))
        .hasSize(54)
        .startsWith("\nFROM scratch\n")
        .endsWith("ENTRYPOINT [\"/bin/rc.init\"]\n");
  }

  @Test
  void putsTheMicrocodeBesideTheInitrdInItsTar() throws Exception {
    outputs.write(Systems.full(), List.of(Formats.named("tar-kernel-initrd")), out, "web");
    byte[] tar = Files.readAllBytes(out.resolve("web-initrd.tar"));
    String list = new String(InitrdTools.run(out, tar, "tar", "-tf", "-"), StandardCharsets.UTF_8);
    assertThat(list.lines().toList())
        .containsExactly("kernel", "initrd.img", "cmdline", "ucode.cpio");
    byte[] initrd = InitrdTools.run(out, tar, "tar", "-xOf", "-", "initrd.img");
    assertThat(Arrays.copyOf(initrd, 4)).containsExactly(0x28, 0xb5, 0x2f, 0xfd);
  }

  @Test
  void writesSeveralFormatsAtOnce() throws Exception {
    outputs.write(Systems.full(), WITHOUT_LOADERS, out, "web");
    assertThat(names())
        .containsExactlyInAnyOrder(
            "web-kernel",
            "web-initrd.img",
            "web-cmdline",
            "web.tar",
            "web.docker",
            "web-initrd.tar");
  }

  private Outputs reporting(ProgressLog progress) {
    return new Outputs(
        new WorkCache(directory.resolve("cache")), InitrdCompression.ZSTD, Systems.AMD64, progress);
  }

  @Test
  void warnsOnceOfALongCommandLine() {
    SystemTree full = Systems.full();
    SystemTree system =
        new SystemTree(full.files(), full.kernel(), Optional.empty(), "a".repeat(2048));
    ProgressLog progress = new ProgressLog();
    reporting(progress)
        .write(
            system, List.of(Formats.KERNEL_INITRD, Formats.named("tar-kernel-initrd")), out, "web");
    assertThat(progress.warnings())
        .containsExactly(
            "the kernel command line is 2048 bytes: most kernels cut it off after 2047");
  }

  @Test
  void writesTheMeasuredInitrdWithoutMakingItAgain() {
    SystemTree system = Systems.full();
    Systems.put(system.files(), "bin/ping", Systems.fileWithXattr("security.capability"));
    ProgressLog progress = new ProgressLog();
    Outputs measured = reporting(progress);
    long size = measured.initrdSize(system);
    measured.write(
        system, List.of(Formats.KERNEL_INITRD, Formats.named("tar-kernel-initrd")), out, "web");
    assertThat(out.resolve("web-initrd.img")).hasSize(size);
    assertThat(progress.warnings())
        .containsExactly(
            "an initrd cannot carry extended attributes: those of 1 file are left out, such as"
                + " security.capability of bin/ping");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1_700_000_000, 99_999_999_999L})
  void givesGeneratedFilesTheTimeOfTheSystem(long time) throws Exception {
    SystemTree full = Systems.full();
    SystemTree system =
        new SystemTree(
            full.files(),
            full.kernel(),
            full.microcode(),
            full.cmdline(),
            Optional.empty(),
            time,
            Optional.empty());
    outputs.write(
        system,
        List.of(
            Formats.named("docker"),
            Formats.named("tar-kernel-initrd"),
            Formats.named("kernel+squashfs"),
            Formats.named("kernel+iso")),
        out,
        "web");
    assertThat(modified("web-initrd.tar"))
        .containsOnlyKeys("kernel", "initrd.img", "cmdline", "ucode.cpio")
        .allSatisfy((_, modified) -> assertThat(modified).isEqualTo(time));
    assertThat(modified("web.docker")).containsEntry("Dockerfile", time);
    ByteBuffer squashfs =
        ByteBuffer.wrap(Files.readAllBytes(out.resolve("web-squashfs.img")))
            .order(ByteOrder.LITTLE_ENDIAN);
    assertThat(Integer.toUnsignedLong(squashfs.getInt(8))).isEqualTo(Math.min(time, 0xffff_ffffL));
    byte[] iso = Files.readAllBytes(out.resolve("web.iso"));
    String created = new String(iso, 16 * 2048 + 813, 14, StandardCharsets.US_ASCII);
    assertThat(created)
        .isEqualTo(
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT)
                .format(LocalDateTime.ofEpochSecond(time, 0, ZoneOffset.UTC)));
  }

  @Test
  void warnsOnceOfAttributesThatDiscsLeaveOut() throws Exception {
    SystemTree system = Systems.full();
    Systems.put(system.files(), "bin/ping", Systems.fileWithXattr("security.capability"));
    ProgressLog progress = new ProgressLog();
    new Outputs(
            new WorkCache(directory.resolve("cache")),
            InitrdCompression.ZSTD,
            Systems.AMD64,
            progress)
        .write(
            system,
            List.of(Formats.named("kernel+iso"), Formats.named("kernel+squashfs")),
            out,
            "web");
    assertThat(progress.warnings())
        .containsExactly(
            "an ISO 9660 volume cannot carry extended attributes: those of 1 file are left out,"
                + " for example those of bin/ping");
  }
}
