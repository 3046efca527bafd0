package linuxkit.system.licence;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A licence expression (SPDX specification 2.3, annex D). */
public sealed interface LicenceExpression {
  /**
   * One licence.
   *
   * @param id its identifier, possibly followed by {@code WITH} and that of an exception
   */
  record Licence(String id) implements LicenceExpression {}

  /** Licences that apply together; at least two, none of them an {@code AllOf}. */
  record AllOf(List<LicenceExpression> parts) implements LicenceExpression {}

  /** Licences to choose from; at least two, none of them an {@code AnyOf}. */
  record AnyOf(List<LicenceExpression> parts) implements LicenceExpression {}

  /** Combines at least one expression such that all of them apply. */
  static LicenceExpression allOf(List<LicenceExpression> expressions) {
    Set<LicenceExpression> parts = new LinkedHashSet<>();
    for (LicenceExpression each : expressions) {
      parts.addAll(each instanceof AllOf(List<LicenceExpression> nested) ? nested : List.of(each));
    }
    return parts.size() == 1 ? parts.iterator().next() : new AllOf(List.copyOf(parts));
  }

  /** Combines at least one expression such that any of them can be chosen. */
  static LicenceExpression anyOf(List<LicenceExpression> expressions) {
    Set<LicenceExpression> parts = new LinkedHashSet<>();
    for (LicenceExpression each : expressions) {
      parts.addAll(each instanceof AnyOf(List<LicenceExpression> nested) ? nested : List.of(each));
    }
    return parts.size() == 1 ? parts.iterator().next() : new AnyOf(List.copyOf(parts));
  }

  /** Returns the expression as SPDX writes it. */
  default String text() {
    return switch (this) {
      case Licence(String id) -> id;
      case AllOf(List<LicenceExpression> parts) ->
          parts.stream()
              .map(part -> part instanceof AnyOf ? "(" + part.text() + ")" : part.text())
              .collect(Collectors.joining(" AND "));
      case AnyOf(List<LicenceExpression> parts) ->
          parts.stream().map(LicenceExpression::text).collect(Collectors.joining(" OR "));
    };
  }
}
