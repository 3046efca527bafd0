package linuxkit.filesystem.iso9660;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import linuxkit.base.SparseImage;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.Extent;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Trees;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IsoBootTest {
  @TempDir private Path temporary;

  private static FileTree tree(byte[] loader) {
    FileTree tree = Trees.random(4, 200);
    Trees.put(tree, "isolinux", Trees.directory(0755));
    IsoFile.file(tree, "isolinux/isolinux.bin", Content.of(loader));
    IsoFile.file(tree, "isolinux/original.bin", Content.of(loader.clone()));
    IsoFile.file(tree, "isolinux/efi.img", Content.of(new byte[1_474_560]));
    return IsoFile.forXorriso(tree);
  }

  private static byte[] loader() {
    byte[] loader = new byte[40_003];
    new Random(1).nextBytes(loader);
    return loader;
  }

  private static SparseImage system(long size) {
    return SparseImage.builder().put(3, "MSWIN4.1".getBytes(US_ASCII)).build(size);
  }

  @Test
  void bothFirmwaresFindTheirBootImages() throws Exception {
    List<BootEntry> boot =
        List.of(
            BootEntry.isolinux("isolinux/isolinux.bin"),
            BootEntry.efi(system(3 << 20)),
            BootEntry.efi("isolinux/efi.img"));
    Iso9660Image image = Iso9660Image.of(tree(loader()), IsoFile.OPTIONS.withBoot(boot));
    List<Extent> extents = image.bootExtents();
    IsoFile iso = IsoFile.write(temporary, image.image());
    iso.check();
    String report =
        iso.tool("xorriso", "-indev", iso.file().toString(), "-report_el_torito", "plain");
    assertThat(report)
        .containsPattern("catalog  : 20  1")
        .containsPattern(line(1, "BIOS", 4, extents.get(0)))
        .containsPattern(line(2, "UEFI", 6144, extents.get(1)))
        .containsPattern(line(3, "UEFI", 2880, extents.get(2)))
        .containsPattern("img path : +1  /isolinux/isolinux.bin")
        .containsPattern("img opts : +1  boot-info-table")
        .containsPattern("img path : +3  /isolinux/efi.img");
    assertThat(image.extent("isolinux/isolinux.bin")).contains(extents.get(0));
    assertThat(image.extent("isolinux/efi.img")).contains(extents.get(2));
    assertThat(extents.get(1).offset() + extents.get(1).length()).isEqualTo(image.image().size());
    byte[] bytes = IsoFile.bytes(image.image());
    int system = (int) extents.get(1).offset();
    assertThat(Arrays.copyOfRange(bytes, system, system + (3 << 20)))
        .isEqualTo(IsoFile.bytes(system(3 << 20)));
  }

  private static String line(int number, String platform, int sectors, Extent extent) {
    return "boot img : +%d +%s +y +none +0x0000 +0x00 +%d +%d"
        .formatted(number, platform, sectors, extent.offset() / 2048);
  }

  /** Checks the table for isolinux; the bytes after it and equal files do not change. */
  @Test
  void loaderReceivesItsLocation() throws Exception {
    byte[] loader = loader();
    List<BootEntry> boot = List.of(BootEntry.isolinux("isolinux/isolinux.bin"));
    Iso9660Image image = Iso9660Image.of(tree(loader), IsoFile.OPTIONS.withBoot(boot));
    byte[] bytes = IsoFile.bytes(image.image());
    Extent extent = image.bootExtents().getFirst();
    int offset = (int) extent.offset();
    byte[] patched = Arrays.copyOfRange(bytes, offset, offset + loader.length);
    ByteBuffer table = ByteBuffer.wrap(patched).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer padded =
        ByteBuffer.wrap(Arrays.copyOf(loader, 40_004)).order(ByteOrder.LITTLE_ENDIAN);
    int sum = 0;
    for (int i = 64; i < 40_004; i += 4) {
      sum += padded.getInt(i);
    }
    assertThat(table.getInt(8)).isEqualTo(16);
    assertThat(table.getInt(12)).isEqualTo(offset / 2048);
    assertThat(table.getInt(16)).isEqualTo(40_003);
    assertThat(table.getInt(20)).isEqualTo(sum);
    assertThat(Arrays.copyOfRange(patched, 24, 64)).containsOnly(0);
    assertThat(Arrays.copyOf(patched, 8)).isEqualTo(Arrays.copyOf(loader, 8));
    assertThat(Arrays.copyOfRange(patched, 64, 40_003))
        .isEqualTo(Arrays.copyOfRange(loader, 64, 40_003));
    int original = (int) image.extent("isolinux/original.bin").orElseThrow().offset();
    assertThat(Arrays.copyOfRange(bytes, original, original + loader.length)).isEqualTo(loader);
  }

  @Test
  void largeSystemPartitionExtendsToTheEndOfTheVolume() throws Exception {
    List<BootEntry> boot = List.of(BootEntry.efi(system(64 << 20)));
    Iso9660Image image = Iso9660Image.of(IsoFile.tree(), IsoFile.OPTIONS.withBoot(boot));
    IsoFile iso = IsoFile.write(temporary, image.image());
    assertThat(iso.tool("xorriso", "-indev", iso.file().toString(), "-report_el_torito", "plain"))
        .containsPattern(line(1, "UEFI", 0, image.bootExtents().getFirst()));
  }

  @Test
  void refusesFilesThatCannotBoot() {
    for (String path : List.of("missing", "isolinux", "empty")) {
      FileTree tree = tree(loader());
      IsoFile.file(tree, "empty", Content.of(new byte[0]));
      for (BootEntry entry : List.of(BootEntry.isolinux(path), BootEntry.efi(path))) {
        IsoOptions options = IsoFile.OPTIONS.withBoot(List.of(entry));
        assertThatThrownBy(() -> Iso9660Image.of(tree, options))
            .isInstanceOf(IsoFailure.class)
            .hasMessageContaining(path + ": the boot image is missing");
      }
    }
    IsoOptions options =
        IsoFile.OPTIONS.withBoot(List.of(BootEntry.isolinux("isolinux/isolinux.bin")));
    assertThatThrownBy(() -> Iso9660Image.of(tree(new byte[63]), options))
        .isInstanceOf(IsoFailure.class)
        .hasMessageContaining("cannot hold a boot info table");
  }
}
