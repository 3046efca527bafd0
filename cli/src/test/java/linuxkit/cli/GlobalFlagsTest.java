package linuxkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

class GlobalFlagsTest {
  @Test
  void findsTheCommandAfterEachGlobalFlag() {
    CommandSpec root = CommandSpec.create();
    new GlobalFlags(Map.of()).addTo(root);
    assertThat(root.options()).hasSizeGreaterThan(5);
    for (OptionSpec option : root.options()) {
      for (String name : option.names()) {
        if (option.arity().min() > 0) {
          assertThat(GlobalFlags.command(name, "build", "run")).as(name).hasValue("run");
          assertThat(GlobalFlags.command(name + "=build", "run")).as(name).hasValue("run");
          assertThat(GlobalFlags.command(name)).as(name).isEmpty();
        } else {
          assertThat(GlobalFlags.command(name, "run", "build")).as(name).hasValue("run");
        }
      }
    }
    assertThat(GlobalFlags.command()).isEmpty();
  }
}
