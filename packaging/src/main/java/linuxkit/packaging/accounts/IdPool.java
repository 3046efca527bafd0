package linuxkit.packaging.accounts;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import linuxkit.packaging.accounts.Requests.IdRange;
import linuxkit.yaml.Position;

/**
 * The ids of users and groups that are taken. A free one is free for both, so that a user and the
 * group of the same name have the same id.
 */
final class IdPool {
  private static final IdRange DEFAULT = new IdRange(100, 999);

  private record Owner(String name, Position position) {}

  private final Map<Long, Owner> users = new HashMap<>();
  private final Map<Long, Owner> groups = new HashMap<>();
  private final List<IdRange> ranges;

  /**
   * @param ranges of {@link #last}; empty for the default
   */
  IdPool(List<IdRange> ranges) {
    this.ranges = ranges.isEmpty() ? List.of(DEFAULT) : List.copyOf(ranges);
  }

  void takeUser(long uid, String name, Position position) {
    take(users, "user", uid, new Owner(name, position));
  }

  void takeGroup(long gid, String name, Position position) {
    take(groups, "group", gid, new Owner(name, position));
  }

  private static void take(Map<Long, Owner> ids, String kind, long id, Owner owner) {
    Owner other = ids.putIfAbsent(id, owner);
    if (other != null && !other.name.equals(owner.name)) {
      throw AccountFailure.sameId(
          kind, id, owner.name, other.name + " at " + other.position, owner.position);
    }
  }

  boolean isFreeUser(long uid) {
    return !users.containsKey(uid);
  }

  boolean isFreeGroup(long gid) {
    return !groups.containsKey(gid);
  }

  /** Returns the smallest free id of the default range. */
  long first(String name, Position position) {
    return free(LongStream.rangeClosed(DEFAULT.first(), DEFAULT.last()), name, position);
  }

  /** Returns the largest free id of the ranges. */
  long last(String name, Position position) {
    return free(ranges.stream().flatMapToLong(IdPool::downwards), name, position);
  }

  private static LongStream downwards(IdRange range) {
    LongUnaryOperator turned = id -> range.last() - (id - range.first());
    return LongStream.rangeClosed(range.first(), range.last()).map(turned);
  }

  private long free(LongStream ids, String name, Position position) {
    return ids.filter(id -> isFreeUser(id) && isFreeGroup(id))
        .findFirst()
        .orElseThrow(() -> AccountFailure.full(name, position));
  }
}
