package linuxkit.system.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import linuxkit.base.Failure;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModuleSelectionTest {
  private static final String DIRECTORY = ModuleFixture.DIRECTORY;

  private static ModuleFixture kernel() {
    return new ModuleFixture()
        .module("kernel/fs/ext4/ext4.ko", "depends=jbd2,mbcache", "softdep=pre: crypto-crc32c")
        .module("kernel/fs/jbd2/jbd2.ko.xz", "depends=core", "alias=fs-jbd2")
        .module("kernel/fs/mbcache.ko", "depends=")
        .module("kernel/drivers/virtio/virtio-net.ko", "alias=virtio:d00000001v*", "depends=")
        .module("kernel/drivers/virtio/virtio_blk.ko", "depends=")
        .module("kernel/crypto/crc32c-intel.ko", "alias=crypto-crc32c", "depends=")
        .module("kernel/crypto/other.ko", "depends=")
        .text("modules.builtin", "kernel/lib/core.ko", "kernel/drivers/loop.ko")
        .text("modules.order", "kernel/fs/mbcache.ko", "kernel/fs/ext4/ext4.ko");
  }

  private static ModuleFixture select(String... wanted) {
    ModuleFixture kernel = kernel();
    ModuleSelection.apply(kernel.files, DIRECTORY, List.of(wanted));
    return kernel;
  }

  private static Failure failure(ThrowingCallable call) {
    Throwable[] thrown = new Throwable[1];
    assertThatThrownBy(call).satisfies(e -> thrown[0] = e);
    return (Failure) thrown[0];
  }

  @Test
  void keepsHardAndSoftDependencies() {
    ModuleFixture kernel = select("ext4");
    assertThat(kernel.modules())
        .containsExactly(
            "kernel/crypto/crc32c-intel.ko",
            "kernel/fs/ext4/ext4.ko",
            "kernel/fs/jbd2/jbd2.ko.xz",
            "kernel/fs/mbcache.ko");
    assertThat(kernel.read("modules.dep"))
        .isEqualTo(
            """
            kernel/fs/mbcache.ko:
            kernel/fs/ext4/ext4.ko: kernel/fs/mbcache.ko kernel/fs/jbd2/jbd2.ko.xz
            kernel/crypto/crc32c-intel.ko:
            kernel/fs/jbd2/jbd2.ko.xz:
            """);
    assertThat(kernel.read("modules.alias"))
        .isEqualTo("alias crypto-crc32c crc32c_intel\nalias fs-jbd2 jbd2\n");
    assertThat(kernel.read("modules.softdep")).isEqualTo("softdep ext4 pre: crypto-crc32c\n");
  }

  @Test
  void treatsHyphensAndUnderscoresAsEqual() {
    assertThat(select("virtio_net", "virtio-blk").modules())
        .containsExactly(
            "kernel/drivers/virtio/virtio-net.ko", "kernel/drivers/virtio/virtio_blk.ko");
    assertThat(select("virtio-*").modules()).hasSize(2);
  }

  @Test
  void acceptsAllAndNone() {
    assertThat(select("all").modules()).hasSize(7);
    assertThat(select().modules()).isEmpty();
    ModuleFixture none = select("none");
    assertThat(none.modules()).isEmpty();
    assertThat(none.read("modules.dep")).isEmpty();
    assertThat(none.files.find(DIRECTORY + "/kernel")).isEmpty();
  }

  @Test
  void acceptsBuiltInModules() {
    assertThat(select("loop").modules()).isEmpty();
  }

  @Test
  void acceptsPatternsThatMatchNothing() {
    assertThat(select("hv_*").modules()).isEmpty();
  }

  @Test
  void suggestsTheNearestModule() {
    Failure failure = failure(() -> select("virtio_nte"));
    assertThat(failure.what()).isEqualTo("the kernel has no module virtio_nte");
    assertThat(failure.hint()).isEqualTo("did you mean virtio_net?");
    assertThat(failure(() -> select("none", "ext4")).what()).contains("'none' cannot be combined");
  }

  @Test
  void refusesModuleWithMissingDependency() {
    ModuleFixture kernel = kernel().module("kernel/a.ko", "depends=gone");
    Failure failure = failure(() -> ModuleSelection.apply(kernel.files, DIRECTORY, List.of("a")));
    assertThat(failure.what()).isEqualTo("the kernel module a needs gone, which is missing");
  }

  @Test
  void refusesTreeWithoutModules() {
    assertThat(
            failure(() -> ModuleSelection.apply(kernel().files, "lib/modules/5", List.of())).what())
        .isEqualTo("there are no kernel modules");
  }

  @Test
  void prefersModulesInUpdates() {
    ModuleFixture kernel = kernel().module("updates/ext4.ko", "depends=");
    ModuleSelection.apply(kernel.files, DIRECTORY, List.of("ext4"));
    assertThat(kernel.modules()).containsExactly("updates/ext4.ko");
  }

  @Test
  void readsNoModuleThatIndexesDescribe() {
    ModuleFixture kernel = kernel();
    ModuleIndex.write(kernel.files, DIRECTORY);
    for (String path : kernel.modules()) {
      kernel.text(path, "no module at all");
    }
    ModuleSelection.apply(kernel.files, DIRECTORY, List.of("ext4"));
    ModuleFixture fresh = select("ext4");
    assertThat(kernel.modules()).isEqualTo(fresh.modules());
    for (String list : List.of("modules.dep", "modules.alias", "modules.softdep")) {
      assertThat(kernel.read(list)).isEqualTo(fresh.read(list));
      assertThat(kernel.bytes("modules.dep.bin")).isEqualTo(fresh.bytes("modules.dep.bin"));
    }
  }

  @Test
  void ignoresIndexesThatLackAModule() {
    ModuleFixture kernel = kernel();
    ModuleIndex.write(kernel.files, DIRECTORY);
    kernel.module("extra/new.ko", "depends=ext4");
    ModuleSelection.apply(kernel.files, DIRECTORY, List.of("new"));
    assertThat(kernel.modules()).hasSize(5).contains("extra/new.ko", "kernel/fs/ext4/ext4.ko");
  }

  @Test
  void leavesATreeWithItsOwnIndexesAsItIsIfAllModulesAreWanted() {
    ModuleFixture kernel = indexed().text("modules.symbols", "left by depmod");
    assertThat(allOf(kernel).isEmpty()).isTrue();
    ModuleSelection.apply(kernel.files, DIRECTORY, List.of("all"));
    assertThat(kernel.read("modules.symbols")).isEqualTo("left by depmod\n");
  }

  @Test
  void writesIndexesAnewIfTheyLackAModuleOrNameOneTooMany() {
    assertThat(allOf(kernel()).lists()).containsKey("modules.dep.bin");
    assertThat(allOf(indexed().module("extra/new.ko", "depends=")).isEmpty()).isFalse();
    ModuleFixture fewer = indexed();
    fewer.files.remove(DIRECTORY + "/kernel/crypto/other.ko");
    assertThat(allOf(fewer).isEmpty()).isFalse();
    ModuleFixture twice = indexed();
    twice.text("modules.dep", twice.read("modules.dep") + "kernel/crypto/other.ko:");
    assertThat(allOf(twice).isEmpty()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"modules.dep", "modules.dep.bin", "modules.alias.bin", "modules.builtin.bin"})
  void writesIndexesAnewIfOneIsMissing(String list) {
    ModuleFixture kernel = indexed();
    kernel.files.remove(DIRECTORY + "/" + list);
    assertThat(allOf(kernel).lists()).containsKey(list);
  }

  private static ModuleFixture indexed() {
    ModuleFixture kernel = kernel();
    ModuleIndex.write(kernel.files, DIRECTORY);
    return kernel;
  }

  private static ModuleChanges allOf(ModuleFixture kernel) {
    return ModuleSelection.changes(kernel.files, DIRECTORY, List.of("all"), _ -> "there");
  }

  @Test
  void acceptsModulesThatNeedEachOther() {
    ModuleFixture kernel =
        new ModuleFixture().module("a.ko", "depends=b").module("b.ko", "depends=a");
    ModuleSelection.apply(kernel.files, DIRECTORY, List.of("a"));
    assertThat(kernel.read("modules.dep")).isEqualTo("a.ko: b.ko\nb.ko: a.ko\n");
  }

  @Test
  void reportsTheFirstOfManyDamagedModules() {
    ModuleFixture kernel = new ModuleFixture();
    for (int i = 10; i < 60; i++) {
      kernel.text("m" + i + ".ko", "no module at all");
    }
    assertThat(
            failure(() -> ModuleSelection.apply(kernel.files, DIRECTORY, List.of("all"))).where())
        .isEqualTo(DIRECTORY + "/m10.ko");
  }
}
