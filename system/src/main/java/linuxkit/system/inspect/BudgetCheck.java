package linuxkit.system.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import linuxkit.base.ByteSize;
import linuxkit.system.manifest.Budget;

/** Checks a system against its budget. */
public final class BudgetCheck {
  private static final int NAMED = 5;
  private static final Pattern ORDER = Pattern.compile("^[0-9]{3,}-");

  private final Sizes sizes;
  private final List<String> over = new ArrayList<>();
  private final List<Sizes.Sized> largest = new ArrayList<>();
  private Optional<String> where = Optional.empty();

  private BudgetCheck(Sizes sizes) {
    this.sizes = sizes;
  }

  /**
   * Checks all limits.
   *
   * @param initrd the size of the initrd in bytes, if one is made
   * @throws BudgetFailure if limits are exceeded, naming all of them, the excess, and the largest
   *     parts
   */
  public static void check(Budget budget, Sizes sizes, OptionalLong initrd) {
    BudgetCheck check = new BudgetCheck(sizes);
    budget.limits().forEach((name, limit) -> check.check(name, limit, initrd));
    if (!check.over.isEmpty()) {
      throw new BudgetFailure(
          "over budget: " + String.join("; ", check.over), check.where.orElse(""), check.hint());
    }
  }

  private void check(String name, Budget.Limit limit, OptionalLong initrd) {
    long bytes =
        switch (name) {
          case "total" -> sizes.total();
          case "initrd" -> initrd.orElse(0);
          default -> sum(name);
        };
    if (bytes <= limit.bytes()) {
      return;
    }
    over.add(
        "%s is %s, %s over its limit of %s"
            .formatted(
                name, ByteSize.text(bytes), ByteSize.text(bytes - limit.bytes()), shown(limit)));
    where = where.or(() -> limit.position().map(Object::toString));
    largest.addAll(within(name));
  }

  // As written, except that a bare number gets a unit, like the sizes beside it.
  private static String shown(Budget.Limit limit) {
    boolean bare = limit.text().chars().allMatch(Character::isDigit);
    return bare ? ByteSize.text(limit.bytes()) : limit.text();
  }

  private long sum(String name) {
    return sizes.parts().entrySet().stream()
        .filter(part -> isOf(name, part.getKey()))
        .mapToLong(part -> part.getValue().bytes())
        .sum();
  }

  private static boolean isOf(String name, Component component) {
    String kind = new Component(component.kind(), "").label();
    String own =
        switch (component.kind()) {
          // Their folders begin with the order in which they run.
          case ONBOOT, ONSHUTDOWN -> ORDER.matcher(component.name()).replaceFirst("");
          case KERNEL, INIT, SERVICES, FILES, VOLUMES, ROOT -> component.name();
        };
    return name.equals(kind) || name.equals(kind + "." + own);
  }

  private List<Sizes.Sized> within(String name) {
    if (name.equals("total") || name.equals("initrd")) {
      return sizes.largest();
    }
    List<Sizes.Sized> directories = new ArrayList<>();
    for (Map.Entry<Component, Sizes.Part> part : sizes.parts().entrySet()) {
      if (isOf(name, part.getKey())) {
        for (Sizes.Sized each : Sizes.largest(part.getValue())) {
          directories.add(new Sizes.Sized(part.getKey().label() + " " + each.name(), each.bytes()));
        }
      }
    }
    return directories;
  }

  private String hint() {
    List<String> named =
        largest.stream()
            .distinct()
            .sorted((a, b) -> Long.compare(b.bytes(), a.bytes()))
            .limit(NAMED)
            .map(each -> each.name() + " " + ByteSize.text(each.bytes()))
            .toList();
    return "reduce the largest parts (" + String.join(", ", named) + ") or raise the limit";
  }
}
