package linuxkit.boot.read;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.boot.Format;
import linuxkit.boot.Formats;
import linuxkit.boot.Outputs;
import linuxkit.boot.Systems;
import linuxkit.boot.initrd.InitrdCompression;
import linuxkit.filesystem.archive.CpioReadFailure;
import linuxkit.system.assembly.SystemTree;
import linuxkit.system.inspect.InspectedSystem;
import linuxkit.system.inspect.SystemDiff;
import linuxkit.system.inspect.WhyTree;
import linuxkit.system.tree.PlacementListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BuiltSystemTest {
  static List<InitrdCompression> compressions() {
    return List.of(InitrdCompression.ZSTD, InitrdCompression.GZIP, InitrdCompression.NONE);
  }

  @TempDir Path folder;

  private void write(SystemTree system, InitrdCompression compression, Format format) {
    new Outputs(
            new WorkCache(folder.resolve("cache")), compression, Systems.AMD64, Progress.silent())
        .write(system, List.of(format), folder, "it");
  }

  private InspectedSystem kernelInitrd() {
    return BuiltSystem.kernelInitrd(
        folder.resolve("it-initrd.img"),
        folder.resolve("it-kernel"),
        folder.resolve("it-cmdline"),
        PlacementListener.NONE);
  }

  private static SystemDiff diff(InspectedSystem before, InspectedSystem after) {
    return SystemDiff.of(before, after, Progress.silent());
  }

  @Test
  void readsATarBackAsTheSameSystem() {
    SystemTree system = Systems.full();
    write(system, InitrdCompression.ZSTD, Formats.TAR);
    WhyTree why = new WhyTree();
    InspectedSystem read = BuiltSystem.tar(folder.resolve("it.tar"), why);
    assertThat(diff(InspectedSystem.of(system), read).isSame()).isTrue();
    assertThat(diff(InspectedSystem.of(Systems.withOtherWeb()), read).files())
        .containsOnlyKeys("containers/services/web/config.json");
    assertThat(read.cmdline()).isEqualTo("console=ttyS0");
    assertThat(why.ask(read.files(), "/bin/tool", "it.tar").lines())
        .endsWith("  part      services[0]", "  image     docker.io/library/web:1");
  }

  @ParameterizedTest
  @MethodSource("compressions")
  void readsKernelAndInitrdBackAsTheSameSystem(InitrdCompression compression) throws IOException {
    SystemTree system = Systems.full();
    write(system, compression, Formats.KERNEL_INITRD);
    // Instead of microcode: an archive that is not compressed.
    byte[] initrd = Files.readAllBytes(folder.resolve("it-initrd.img"));
    int start = (int) system.microcode().orElseThrow().size();
    byte[] microcode = cpio("kernel/x86");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(microcode);
    out.write(initrd, start + (-start & 3), initrd.length - start - (-start & 3));
    Files.write(folder.resolve("it-initrd.img"), out.toByteArray());
    SystemDiff diff = diff(InspectedSystem.of(system), kernelInitrd());
    assertThat(diff.files().keySet()).containsExactly("kernel", "kernel/x86");
    assertThat(diff.cmdline().isSame()).isTrue();
    assertThat(diff(kernelInitrd(), kernelInitrd()).isSame()).isTrue();
    WhyTree why = new WhyTree();
    Path file = folder.resolve("it-initrd.img");
    Path missing = folder.resolve("missing");
    InspectedSystem read = BuiltSystem.kernelInitrd(file, missing, missing, why);
    assertThat(why.ask(read.files(), "/bin/tool", "it").lines())
        .endsWith(
            "  part      archive %d of the initrd"
                .formatted(compression.equals(InitrdCompression.ZSTD) ? 2 : 1));
  }

  /** Returns an archive with an empty file. */
  private static byte[] cpio(String name) {
    String entry = header(1, 0100644, name) + header(0, 0, "TRAILER!!!");
    return entry.getBytes(US_ASCII);
  }

  private static String header(int inode, int mode, String name) {
    String text =
        "070701%08x%08x".formatted(inode, mode)
            + "00000000".repeat(9)
            + "%08x00000000".formatted(name.length() + 1)
            + name
            + "\0";
    return text + "\0".repeat(-text.length() & 3);
  }

  private static List<String> names(byte[] initrd) throws IOException {
    List<String> names = new ArrayList<>();
    InitrdArchives.read(
        new ByteArrayInputStream(initrd),
        "initrd",
        (archive, entry) -> names.add(archive + " " + entry.path()));
    return names;
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  @Test
  void readsPlainAndCompressedArchivesSeparatedByZeros() throws IOException {
    byte[] row =
        joined(
            cpio("a"),
            new byte[500],
            gzip(joined(cpio("b"), new byte[7], cpio("c"))),
            gzip(cpio("d")),
            new byte[3],
            Zstd.compress(cpio("e")),
            Zstd.compress(cpio("f")),
            cpio("g"));
    assertThat(names(row)).containsExactly("0 a", "1 b", "2 c", "3 d", "4 e", "5 f", "6 g");
  }

  @Test
  void refusesFilesOtherThanArchives() throws IOException {
    assertThatThrownBy(() -> names(new byte[12]))
        .isInstanceOf(ReadFailure.class)
        .hasMessage("initrd: it contains no archive");
    assertThatThrownBy(() -> names(joined(cpio("a"), "BZh91AY".getBytes(US_ASCII))))
        .isInstanceOf(ReadFailure.class)
        .hasMessage(
            "initrd: there is no cpio archive after archive 1, neither plain nor compressed with gzip or"
                + " zstd");
    assertThatThrownBy(() -> names(gzip(gzip(cpio("a"))))).isInstanceOf(ReadFailure.class);
  }

  @Test
  void reportsDamageAndTruncation() throws IOException {
    for (byte[] whole : List.of(gzip(cpio("a")), Zstd.compress(cpio("a")))) {
      for (int length = 7; length < whole.length; length++) {
        byte[] part = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> names(part))
            .isInstanceOfAny(IOException.class, CpioReadFailure.class, ReadFailure.class);
      }
    }
    byte[] damaged = gzip(cpio("a"));
    damaged[damaged.length - 8] ^= 1;
    assertThatThrownBy(() -> names(damaged)).hasMessageContaining("its checksum differs");
  }

  @Test
  void refusesFilesBelowAFile() throws IOException {
    Path initrd = Files.write(folder.resolve("it-initrd.img"), joined(cpio("a"), cpio("a/b")));
    assertThatThrownBy(this::kernelInitrd)
        .isInstanceOf(ReadFailure.class)
        .hasMessage(initrd + ", /a/b: /a is not a directory, but the archive has files in it");
  }

  /** Checks that any bytes give either entries or a failure. */
  @FuzzTest(maxDuration = "2s")
  void readsOrRefusesAnyBytes(byte[] bytes) {
    try {
      assertThat(names(bytes)).isNotNull();
    } catch (IOException | Failure e) {
      assertThat(e.getMessage()).isNotNull();
    }
  }
}
