package linuxkit.system.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModuleInfoTest {
  private static final byte[] GOOD =
      ModuleFixture.elf("a", "alias=x", "depends=b,c-d", "softdep=pre: e f post: g pre: h");

  @Test
  void readsModinfo() {
    KernelModule module = ModuleInfo.parse("a", "a.ko", GOOD, "a.ko");
    assertThat(module.depends()).containsExactly("b", "c_d");
    assertThat(module.aliases()).containsExactly("x");
    assertThat(module.loadedBefore()).containsExactly("e", "f", "h");
  }

  @Test
  void refusesModuleCutOffAnywhere() {
    for (int length = 0; length < GOOD.length - 64; length++) {
      byte[] cut = Arrays.copyOf(GOOD, length);
      assertThatThrownBy(() -> ModuleInfo.parse("a", "a.ko", cut, "a.ko"))
          .isInstanceOf(ModuleFailure.class);
    }
  }

  @Test
  void refusesAliasWithLineBreak() {
    byte[] elf = ModuleFixture.elf("a", "alias=x\nalias evil a");
    assertThatThrownBy(() -> ModuleInfo.parse("a", "a.ko", elf, "a.ko"))
        .isInstanceOf(ModuleFailure.class)
        .hasMessageContaining("line break");
  }

  @Test
  void refusesBigEndianAnd32BitModules() {
    for (int at : List.of(4, 5)) {
      byte[] elf = GOOD.clone();
      elf[at] = (byte) (3 - elf[at]);
      assertThatThrownBy(() -> ModuleInfo.parse("a", "a.ko", elf, "a.ko"))
          .isInstanceOf(ModuleFailure.class)
          .hasMessageContaining("64-bit little-endian");
    }
  }

  @Test
  void refusesTruncatedCompressedModule() {
    byte[] xz = ModuleFixture.xz(GOOD);
    ModuleFixture kernel = new ModuleFixture().file("a.ko.xz", Arrays.copyOf(xz, xz.length / 2));
    assertThatThrownBy(
            () -> ModuleSelection.apply(kernel.files, ModuleFixture.DIRECTORY, List.of("a")))
        .isInstanceOf(ModuleFailure.class)
        .hasMessageContaining("a.ko.xz: cannot read the kernel module: it is truncated");
  }

  @Test
  void refusesZstdModules() {
    ModuleFixture kernel = new ModuleFixture().file("a.ko.zst", new byte[10]);
    assertThatThrownBy(
            () -> ModuleSelection.apply(kernel.files, ModuleFixture.DIRECTORY, List.of("a")))
        .isInstanceOf(ModuleFailure.class)
        .hasMessageContaining("zstd");
  }

  @FuzzTest
  void readsOrRefusesAnyModule(byte[] bytes) {
    byte[] elf = GOOD.clone();
    System.arraycopy(bytes, 0, elf, 0, Math.min(bytes.length, elf.length));
    for (byte[] input : List.of(bytes, elf)) {
      try {
        assertThat(ModuleInfo.parse("a", "a.ko", input, "a.ko").name()).isEqualTo("a");
      } catch (ModuleFailure e) {
        assertThat(e.what()).isNotEmpty();
      }
    }
  }
}
