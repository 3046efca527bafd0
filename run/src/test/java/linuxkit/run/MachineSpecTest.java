package linuxkit.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineSpecTest {
  private static MachineSpec machine(
      int processors, int memory, Network network, List<PortMapping> ports) {
    return new MachineSpec(
        Architecture.X86_64,
        processors,
        memory,
        List.of(),
        network,
        ports,
        Optional.empty(),
        false);
  }

  @Test
  void refusesPortsWithoutUserNetworking() {
    List<PortMapping> ports = List.of(PortMapping.parse("1:1"));
    assertThatThrownBy(() -> machine(1, 1, new Network.None(), ports))
        .isInstanceOf(OptionFailure.class)
        .hasMessageContaining("user networking");
  }

  @ParameterizedTest
  @CsvSource({"0, 1024", "1, 0", "-1, 1024"})
  void machineWithoutProcessorsOrMemoryIsRefused(int processors, int memory) {
    assertThatThrownBy(() -> machine(processors, memory, new Network.User(), List.of()))
        .isInstanceOf(OptionFailure.class)
        .hasMessageContaining(processors + " processors and " + memory + " MiB");
  }
}
