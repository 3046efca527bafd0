package linuxkit.system.spec;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import linuxkit.yaml.Quote;
import linuxkit.yaml.container.Id;

/** The user and group ids of containers, by container name. */
public final class ContainerIds {
  static final long FIRST = 100;

  private final Map<String, Long> ids = new HashMap<>();

  /**
   * Assigns each container the next id, from 100. A repeated name keeps its last id.
   *
   * @param names of the containers: onboot, then onshutdown, then services
   */
  public ContainerIds(List<String> names) {
    long next = FIRST;
    for (String name : names) {
      ids.put(name, next++);
    }
  }

  /** Returns the number of an id, from 0 to 2³²−1; 0 if it is reported as unknown. */
  public long resolve(Id id, String key, ProblemReporter problems) {
    return switch (id) {
      case Id.Numeric numeric -> numeric.value() & 0xffff_ffffL;
      case Id.Named(String name) when name.isEmpty() || name.equals("root") -> 0;
      case Id.Named(String name) -> {
        Long known = ids.get(name);
        if (known == null) {
          problems.report(
              key,
              name,
              "there is no container named "
                  + Quote.of(name)
                  + ": use a number, or the name of a container");
          yield 0;
        }
        yield known;
      }
    };
  }
}
