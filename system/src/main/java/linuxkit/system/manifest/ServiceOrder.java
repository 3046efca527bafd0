package linuxkit.system.manifest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import linuxkit.base.Nearest;
import linuxkit.system.spec.Supervision;
import linuxkit.yaml.Quote;
import linuxkit.yaml.container.ContainerConfig;
import linuxkit.yaml.container.ContainerKeys;
import linuxkit.yaml.container.Key;

/** Checks the key {@code after} of all services, and that other containers have no such keys. */
public final class ServiceOrder {
  private record Service(ContainerConfig config, ConfigPositions places) {
    List<String> after() {
      return config.list(ContainerKeys.AFTER);
    }
  }

  private final Map<String, Service> services = new LinkedHashMap<>();
  private final Set<String> done = new HashSet<>();

  /** Begins without any container. */
  public ServiceOrder() {}

  /** Adds a container with the configuration in effect. */
  public void add(ContainerConfig config, ConfigPositions places) {
    ContainerEntry entry = places.entry();
    if (entry.section() == ContainerEntry.Section.SERVICES) {
      services.put(entry.name(), new Service(config, places));
      return;
    }
    for (Key<?> key : Supervision.KEYS) {
      // A label may serve services, too.
      if (entry.config().get(key).isPresent()) {
        places.warn(key.name(), "", "has no effect: only services are supervised");
      }
    }
  }

  /** Reports services that do not exist, and services that wait for each other. */
  public void check() {
    services.forEach(this::checkNames);
    services.keySet().forEach(name -> follow(name, new ArrayList<>()));
  }

  private void checkNames(String name, Service service) {
    // A label cannot know the system's other services: the guest waits for those that exist.
    if (service.places.entry().config().get(ContainerKeys.AFTER).isEmpty()) {
      return;
    }
    for (String other : service.after()) {
      if (!services.containsKey(other)) {
        Optional<String> nearest = Nearest.to(other, services.keySet());
        service.places.report(
            "after",
            other,
            "there is no service "
                + Quote.of(other)
                + nearest.map(near -> " — did you mean '" + near + "'?").orElse(""));
      } else if (other.equals(name)) {
        service.places.report("after", other, "a service cannot wait for itself");
      }
    }
  }

  private void follow(String name, List<String> path) {
    Service service = services.get(name);
    if (service == null) {
      return;
    }
    int start = path.indexOf(name);
    if (start >= 0) {
      reportCircle(service, path.subList(start, path.size()));
    } else if (done.add(name)) {
      path.add(name);
      service.after().stream()
          .filter(other -> !other.equals(name))
          .forEach(other -> follow(other, path));
      path.removeLast();
    }
  }

  private static void reportCircle(Service first, List<String> circle) {
    String names = circle.stream().map(Quote::of).collect(Collectors.joining(", "));
    first.places.report(
        "after", circle.get(1 % circle.size()), "services wait for each other: " + names);
  }
}
