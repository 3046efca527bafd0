package linuxkit.boot.bios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.Stream;
import linuxkit.boot.loader.LoaderFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Installs Syslinux from installers that any image may contain. */
class SyslinuxTest {
  private static final int MAGIC = 0x3eb202fe;
  private static final long SECTOR = 0x1_2345_6789L;

  private static SyslinuxBytes installer() {
    return new SyslinuxBytes();
  }

  private static SyslinuxCore install(byte[] installer) {
    return SyslinuxCore.install(SyslinuxProgram.of(installer, "the installer"), SECTOR);
  }

  @Test
  void findsThePartsAndPatchesInTheirPlaces() {
    SyslinuxProgram program = SyslinuxProgram.of(installer().bytes(), "the installer");
    assertThat(program.core()).hasSize(SyslinuxBytes.CORE_SIZE);
    assertThat(program.library()).hasSize(128);
    SyslinuxCore core = SyslinuxCore.install(program, SECTOR);
    ByteBuffer file = ByteBuffer.wrap(core.file()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(file.limit()).isEqualTo(SyslinuxBytes.CORE_SIZE + 2 * 512);
    // The first extent: all sectors except the first.
    assertThat(file.getLong(256)).isEqualTo(SECTOR + 1);
    assertThat(file.getShort(264)).isEqualTo((short) 3);
    ByteBuffer sector = ByteBuffer.wrap(core.bootSector()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(sector.getInt(100)).isEqualTo((int) SECTOR);
    assertThat(sector.getInt(104)).isEqualTo((int) (SECTOR >> 32));
  }

  static Stream<byte[]> broken() {
    int core = SyslinuxBytes.CORE;
    int second = core + SyslinuxBytes.SECOND;
    return Stream.of(
        new byte[0],
        new byte[100_000],
        Arrays.copyOf(installer().bytes(), 600),
        Arrays.copyOf(installer().bytes(), SyslinuxBytes.LIBRARY + 100),
        installer().u16(510, 0).bytes(),
        installer().u16(core, 0).bytes(),
        installer().u16(SyslinuxBytes.LIBRARY + 18, 62).bytes(),
        installer().u32(SyslinuxBytes.LIBRARY + 32, 0xffff_ffffL).bytes(),
        installer().u32(SyslinuxBytes.LIBRARY + 32, 0).bytes(),
        installer().u16(SyslinuxBytes.LIBRARY + 46, 0x8000).bytes(),
        installer().u32(core + SyslinuxBytes.TABLE, 0).bytes(),
        installer().u16(core + SyslinuxBytes.TABLE + 22, 0xffff).bytes(),
        installer().u16(second, 2041).bytes(),
        installer().u16(second + 10, 0xfff0).bytes(),
        installer().u16(second + 12, 0).bytes(),
        installer().u16(second + 14, 510).bytes(),
        installer().u16(second + 16, 0xffff).bytes());
  }

  @ParameterizedTest
  @MethodSource("broken")
  void refusesDamagedInstallers(byte[] bytes) {
    assertThatThrownBy(() -> install(bytes)).isInstanceOf(LoaderFailure.class);
  }

  @Test
  void refusesCodeTooLargeForABootSector() {
    assertThatThrownBy(() -> new BiosBoot(_ -> SyslinuxBytes.image(441)).masterBootCode())
        .isInstanceOf(LoaderFailure.class)
        .hasMessageContaining("is 441 bytes long");
  }

  @FuzzTest(maxDuration = "2s")
  void installsOrRefusesAnyInstaller(byte[] bytes) {
    check(bytes);
  }

  /** Damages bytes after those that identify an installer. */
  @FuzzTest(maxDuration = "2s")
  void installsOrRefusesAnyCore(byte[] bytes) {
    byte[] begin = SyslinuxBytes.text("\r\nSYSLINUX ");
    byte[] core = Arrays.copyOf(begin, begin.length + bytes.length);
    System.arraycopy(bytes, 0, core, begin.length, bytes.length);
    check(new SyslinuxBytes(core).bytes());
  }

  private static void check(byte[] installer) {
    SyslinuxProgram program;
    SyslinuxCore core;
    try {
      program = SyslinuxProgram.of(installer, "the installer");
      core = SyslinuxCore.install(program, SECTOR);
    } catch (LoaderFailure e) {
      assertThat(e.what()).isNotEmpty();
      return;
    }
    assertThat(core.bootSector()).hasSize(512);
    assertThat(core.file()).hasSize(SyslinuxCore.size(program));
    // The view of the boot sector, which starts the file.
    ByteBuffer file = ByteBuffer.wrap(core.file()).order(ByteOrder.LITTLE_ENDIAN);
    int sum = 0;
    for (int at = 0; at + 4 <= program.core().length; at += 4) {
      sum += file.getInt(at);
    }
    assertThat(sum).isEqualTo(MAGIC);
  }
}
