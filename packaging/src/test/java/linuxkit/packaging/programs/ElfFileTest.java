package linuxkit.packaging.programs;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import linuxkit.filesystem.Content;
import linuxkit.packaging.debian.TestArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads programs that any package may contain. */
class ElfFileTest {
  @TempDir Path temporary;

  private byte[] library() throws Exception {
    Files.writeString(temporary.resolve("a.c"), "int a(void) { return 1; }\n");
    compile("-o", "libb.so", "-Wl,-soname,libb.so.1");
    compile("-o", "liba.so", "-Wl,-rpath,/x:$ORIGIN", "-Wl,-soname,liba.so.2", "libb.so");
    return Files.readAllBytes(temporary.resolve("liba.so"));
  }

  private void compile(String... options) throws Exception {
    String[] command = {"gcc", "-shared", "-nostdlib", "-Wl,--no-as-needed", "a.c"};
    String[] all = Arrays.copyOf(command, command.length + options.length);
    System.arraycopy(options, 0, all, command.length, options.length);
    TestArchive.run(temporary, all);
  }

  @Test
  void readsWhatALibraryNeeds() throws Exception {
    ElfFile elf = ElfFile.read(Content.of(library())).orElseThrow();
    assertThat(elf.name()).isEqualTo("liba.so.2");
    assertThat(elf.needed()).containsExactly("libb.so.1");
    assertThat(elf.runpath()).containsExactly("/x", "$ORIGIN");
    assertThat(elf.rpath()).isEmpty();
    assertThat(elf.interpreter()).isEmpty();
  }

  @Test
  void readsDamagedLibraries() throws Exception {
    byte[] whole = library();
    Random random = new Random(1);
    int damaged = 0;
    for (int round = 0; round < 20_000; round++) {
      int length = round % 4 == 0 ? random.nextInt(whole.length) : whole.length;
      byte[] bytes = Arrays.copyOf(whole, length);
      for (int i = random.nextInt(8); i > 0 && length > 0; i--) {
        bytes[random.nextInt(Math.min(length, 1024))] = (byte) random.nextInt();
      }
      damaged += ElfFile.read(Content.of(bytes)).isEmpty() ? 1 : 0;
    }
    assertThat(damaged).isBetween(1000, 19_000);
  }

  @FuzzTest
  void readsAnyFile(byte[] data) throws IOException {
    ElfFile.read(Content.of(data));
    byte[] elf = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    byte[] all = Arrays.copyOf(elf, elf.length + data.length);
    System.arraycopy(data, 0, all, elf.length, data.length);
    ElfFile.read(Content.of(all)).ifPresent(read -> assertThat(read.wide()).isTrue());
  }
}
