package linuxkit.oci.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import linuxkit.oci.Digest;
import org.junit.jupiter.api.Test;

class ElfHeaderTest {
  private static byte[] elf(ByteOrder order, int type, int machine) {
    ByteBuffer header = ByteBuffer.allocate(64).putInt(0x7f454c46);
    header.put((byte) 2).put((byte) (order == ByteOrder.BIG_ENDIAN ? 2 : 1)).order(order);
    return header.putShort(16, (short) type).putShort(18, (short) machine).array();
  }

  @Test
  void readsTheMachineOfProgramsAndSharedLibraries() {
    assertThat(ElfHeader.machine(elf(ByteOrder.LITTLE_ENDIAN, 2, 183), 64)).isEqualTo(183);
    assertThat(ElfHeader.machine(elf(ByteOrder.LITTLE_ENDIAN, 3, 62), 20)).isEqualTo(62);
    assertThat(ElfHeader.machine(elf(ByteOrder.BIG_ENDIAN, 3, 0xfeff), 64)).isEqualTo(0xfeff);
  }

  @Test
  void returnsZeroForOtherFiles() {
    assertThat(ElfHeader.machine(elf(ByteOrder.LITTLE_ENDIAN, 1, 62), 64)).isZero();
    assertThat(ElfHeader.machine(elf(ByteOrder.LITTLE_ENDIAN, 2, 62), 19)).isZero();
    assertThat(ElfHeader.machine("#!/bin/sh -c 'echo hello'".getBytes(UTF_8), 25)).isZero();
    assertThat(ElfHeader.machine(new byte[20], 0)).isZero();
  }

  @Test
  void recordsMachineAndHashInTheLayerIndex() throws IOException {
    byte[] program = Files.readAllBytes(Path.of("/proc/self/exe"));
    byte[] tar = new TestTar().file("short", "x").file("program", program).bytes();
    LayerIndexWriter writer = new LayerIndexer("test", true).read(new ByteArrayInputStream(tar));
    List<LayerEntry> entries = LayerIndexReader.read(writer.finish("00".repeat(32))).entries();
    assertThat(entries).hasSize(2);
    assertThat(((LayerEntry.File) entries.get(0)).machine()).isZero();
    LayerEntry.File file = (LayerEntry.File) entries.get(1);
    assertThat(file.machine()).isEqualTo(ElfHeader.machine(program, program.length)).isPositive();
    assertThat(file.sha256()).isEqualTo(Digest.sha256(program).hex());
  }
}
