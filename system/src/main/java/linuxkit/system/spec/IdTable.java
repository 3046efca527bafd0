package linuxkit.system.spec;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import linuxkit.yaml.Quote;
import linuxkit.yaml.container.Id;

/** The user and group ids that containers have of their own, by container name. */
public final class IdTable {
  private static final long FIRST = 100;

  private final Map<String, Long> ids = new HashMap<>();

  /**
   * Gives each container the next id from 100 on; a name that comes again gets the last one.
   *
   * @param names of the containers: onboot, then onshutdown, then services
   */
  public IdTable(List<String> names) {
    long next = FIRST;
    for (String name : names) {
      ids.put(name, next++);
    }
  }

  /** The number of an id, from 0 to 2³²−1; 0 when it is reported as unknown. */
  public long resolve(Id id, String key, Problems problems) {
    return switch (id) {
      case Id.Numeric numeric -> numeric.value() & 0xffff_ffffL;
      case Id.Named(String name) when name.isEmpty() || name.equals("root") -> 0;
      case Id.Named(String name) -> {
        Long known = ids.get(name);
        if (known == null) {
          problems.report(
              key, name, "there is no container " + Quote.of(name) + " whose id could be meant");
          yield 0;
        }
        yield known;
      }
    };
  }
}
