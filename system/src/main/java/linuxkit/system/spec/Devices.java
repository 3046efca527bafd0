package linuxkit.system.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import linuxkit.json.Json;
import linuxkit.json.JsonObject;
import linuxkit.yaml.Quote;
import linuxkit.yaml.container.Device;

/**
 * Device nodes, and the cgroup rules that let them be used (OCI, "Devices" and "Allowed Device
 * list").
 */
final class Devices {
  private static final Pattern MODE = Pattern.compile("[0-7]{1,8}");

  private final List<Json> nodes = new ArrayList<>();
  private final List<Json> rules = new ArrayList<>();

  Devices(List<Device> devices, ProblemReporter problems) {
    for (Device device : devices) {
      add(device, problems);
    }
  }

  List<Json> nodes() {
    return nodes;
  }

  List<Json> rules() {
    return rules;
  }

  private void add(Device device, ProblemReporter problems) {
    JsonObject.Builder rule = JsonObject.builder().put("allow", true);
    if (!device.type().isEmpty()) {
      rule.put("type", device.type());
    }
    if (device.path().equals("all")) {
      rules.add(rule.put("access", "rwm").build());
      return;
    }
    if (!MODE.matcher(device.mode()).matches()) {
      problems.report(
          "devices",
          device.mode(),
          "the mode "
              + Quote.of(device.mode())
              + " of the device "
              + Quote.of(device.path())
              + " is not an octal number");
      return;
    }
    nodes.add(
        JsonObject.builder()
            .put("path", device.path())
            .put("type", device.type())
            .put("major", device.major())
            .put("minor", device.minor())
            .put("fileMode", Integer.parseInt(device.mode(), 8))
            .build());
    rules.add(
        rule.put("major", device.major())
            .put("minor", device.minor())
            .put("access", "rwm")
            .build());
  }
}
