package linuxkit.boot.efi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import linuxkit.base.FileFailure;
import linuxkit.boot.Systems;
import linuxkit.boot.loader.LoaderFailure;
import linuxkit.filesystem.Content;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Parses stubs and kernels that any image may contain. */
class PeImageTest {
  private static PeBytes program() {
    return new PeBytes(EfiArchitecture.AMD64);
  }

  static Stream<byte[]> broken() {
    return Stream.of(
        new byte[0],
        new byte[64],
        Arrays.copyOf(program().bytes(), 64),
        Arrays.copyOf(program().bytes(), 300),
        program().u16(0, 0x4d5a).bytes(),
        program().u32(0x3c, 0).bytes(),
        program().u32(0x3c, 2048 - 263).bytes(),
        program().u32(0x3c, 0xffff_ffffL).bytes(),
        program().u32(PeBytes.PE, 0x4551).bytes(),
        program().u16(PeBytes.OPTIONAL, 0x10b).bytes(),
        program().u16(PeBytes.PE + 20, 111).bytes(),
        program().u16(PeBytes.PE + 20, 0xffff).bytes(),
        program().u16(PeBytes.PE + 6, 0xffff).bytes(),
        program().u32(PeBytes.OPTIONAL + 60, 100).bytes(),
        program().u32(PeBytes.OPTIONAL + 60, 0xffff_ffffL).bytes(),
        program().u32(PeBytes.OPTIONAL + 32, 0).bytes(),
        program().u32(PeBytes.OPTIONAL + 36, 513).bytes(),
        program().u32(PeBytes.OPTIONAL + 36, 0x8000_0000L).bytes());
  }

  @ParameterizedTest
  @MethodSource("broken")
  void refusesDamagedHeaders(byte[] bytes) {
    assertThatThrownBy(() -> new PeImage(bytes, "the stub"))
        .isInstanceOf(LoaderFailure.class)
        .hasMessageStartingWith("the stub: ");
  }

  @Test
  void refusesAnUnusableStub() {
    refused(new PeBytes(EfiArchitecture.ARM64), "another architecture");
    refused(program().u32(PeBytes.OPTIONAL + 144, 1), "it is signed");
    refused(program().u32(PeBytes.OPTIONAL + 60, PeBytes.TABLE + 40), "no room for the section");
    refused(program().u32(PeBytes.TABLE + 12, 0xffff_f000L), "exceed the limit of 2 GiB");
  }

  private static void refused(PeBytes stub, String why) {
    assertThatThrownBy(() -> image(stub.bytes(), program().bytes()))
        .isInstanceOf(LoaderFailure.class)
        .hasMessageContaining(why);
  }

  private static Content image(byte[] stub, byte[] kernel) {
    return image(stub, Content.of(kernel), Systems.text("initrd"));
  }

  private static Content image(byte[] stub, Content kernel, Content initrd) {
    return UnifiedKernelImage.of(
        stub,
        "the stub",
        EfiArchitecture.AMD64,
        kernel,
        Optional.of(initrd),
        "console=ttyS0",
        "6.12");
  }

  @Test
  void reportsThePathOfAnUnreadablePart() {
    byte[] stub = program().bytes();
    Content gone = Systems.gone(Path.of("/nowhere/at/all"));
    assertThatThrownBy(() -> image(stub, gone, Systems.text("initrd")))
        .isInstanceOf(FileFailure.class)
        .hasMessage("/nowhere/at/all: cannot read the kernel: no such file or directory");
    assertThatThrownBy(() -> image(stub, Content.of(stub), gone))
        .isInstanceOf(FileFailure.class)
        .hasMessage(
            "/nowhere/at/all: cannot read the kernel or the initrd: no such file or directory");
  }

  @Test
  void leavesTheKernelTheMemoryItNeedsAfterItsSection() throws IOException {
    byte[] kernel = program().u32(PeBytes.OPTIONAL + 56, 10 << 20).bytes();
    PeImage image = headers(image(program().bytes(), kernel));
    PeImage.Section last = image.sections().getLast();
    assertThat(last.virtualSize()).isEqualTo(kernel.length);
    assertThat(image.imageSize()).isEqualTo(last.address() + (10 << 20));
  }

  @Test
  void marksImageAsNxCompatibleOnlyIfItsKernelIs() throws IOException {
    byte[] compatible = program().u16(PeBytes.OPTIONAL + 70, 0x160).bytes();
    byte[] other = program().u16(PeBytes.OPTIONAL + 70, 0x60).bytes();
    assertThat(headers(image(compatible, compatible)).nxCompatible()).isTrue();
    assertThat(headers(image(compatible, other)).nxCompatible()).isFalse();
    assertThat(headers(image(other, compatible)).nxCompatible()).isFalse();
  }

  private static byte[] withSbat(String... lines) {
    return program()
        .u32(PeBytes.TABLE + 8, String.join("\n", lines).length())
        .text(PeBytes.TABLE, ".sbat\0")
        .text(1024, String.join("\n", lines))
        .bytes();
  }

  @Test
  void listsTheComponentsOfStubAndKernel() throws IOException {
    byte[] stub = withSbat("sbat,1,SBAT Version,sbat,1,https://a", "stub,2,A,b,1,https://b", "");
    byte[] kernel = withSbat("sbat,1,SBAT Version,sbat,1,https://a", "linux,1,L,l,6.12,https://l");
    assertThat(sbat(image(stub, kernel))).containsExactly("stub,2,A", "linux,1,L", "uki,1,UKI");
    assertThat(sbat(image(program().bytes(), kernel))).containsExactly("linux,1,L", "uki,1,UKI");
    assertThat(sbat(image(stub, program().bytes()))).containsExactly("stub,2,A", "uki,1,UKI");
  }

  private static List<String> sbat(Content image) throws IOException {
    return Sbat.components(headers(image), image, "the image").stream()
        .map(line -> line.replaceAll("^([^,]*,\\d,[^,]*),.*", "$1"))
        .toList();
  }

  @Test
  void refusesADamagedOrFullSbat() {
    byte[] kernel = withSbat("sbat,1", "linux,1," + "x".repeat(900));
    byte[] stub = withSbat("sbat,1", "stub,1," + "x".repeat(900));
    assertThatThrownBy(() -> image(stub, kernel)).hasMessageContaining("no room for the kernel's");
    byte[] broken = program().text(PeBytes.TABLE, ".sbat\0").u32(PeBytes.TABLE + 20, 9999).bytes();
    assertThatThrownBy(() -> image(broken, kernel)).hasMessageContaining(".sbat is damaged");
    assertThatThrownBy(() -> image(program().bytes(), broken))
        .hasMessageContaining(".sbat is damaged");
  }

  private static PeImage headers(Content image) throws IOException {
    try (InputStream in = image.open()) {
      return new PeImage(in.readAllBytes(), "the image");
    }
  }

  @FuzzTest(maxDuration = "2s")
  void usesOrRefusesAnyStub(byte[] stub) throws IOException {
    check(stub, program().bytes());
  }

  @FuzzTest(maxDuration = "2s")
  void usesOrRefusesAnyKernel(byte[] kernel) throws IOException {
    check(program().bytes(), kernel);
  }

  private static void check(byte[] stub, byte[] kernel) throws IOException {
    Content image;
    try {
      image = image(stub, kernel);
    } catch (LoaderFailure e) {
      assertThat(e.what()).isNotEmpty();
      return;
    }
    byte[] bytes;
    try (InputStream in = image.open()) {
      bytes = in.readAllBytes();
    }
    assertThat(bytes).hasSize((int) image.size());
    PeImage.Section last = new PeImage(bytes, "the image").sections().getLast();
    assertThat(last.name()).isEqualTo(".linux");
    assertThat(last.rawOffset() + last.rawSize()).isEqualTo(bytes.length);
    int start = (int) last.rawOffset();
    assertThat(Arrays.copyOfRange(bytes, start, start + kernel.length)).isEqualTo(kernel);
  }
}
