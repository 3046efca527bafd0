package linuxkit.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class ContentUuidTest {
  @Test
  void derivesTheSameIdentifierFromEqualContentAndUse() {
    assertThat(ContentUuid.of(new byte[] {1, 2}, "disk"))
        .isEqualTo(ContentUuid.of(new byte[] {1, 2}, "disk"))
        .isEqualTo(UUID.fromString("5473e149-a82c-8582-b394-8f5581bb60c1"));
  }

  @Test
  void derivesAnotherIdentifierFromOtherContentOrUse() {
    UUID id = ContentUuid.of(new byte[] {'a', 'b'}, "c");
    assertThat(id)
        .isNotEqualTo(ContentUuid.of(new byte[] {'a'}, "c"))
        .isNotEqualTo(ContentUuid.of(new byte[] {'b'}, "ca"))
        .isNotEqualTo(ContentUuid.of(new byte[] {'a', 'b'}, "d"));
  }

  @Test
  void identifiersHaveVersion8() {
    for (byte seed = 0; seed < 32; seed++) {
      UUID id = ContentUuid.of(new byte[] {seed}, "disk");
      assertThat(id.version()).isEqualTo(8);
      assertThat(id.variant()).isEqualTo(2);
    }
  }
}
