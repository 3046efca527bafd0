package linuxkit.system.licence;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A licence expression (SPDX specification 2.3, annex D). */
public sealed interface LicenceExpression {
  /**
   * One licence.
   *
   * @param id its identifier, possibly followed by {@code WITH} and that of an exception
   */
  record Licence(String id) implements LicenceExpression {
    @Override
    public String text() {
      return id;
    }
  }

  /** Licences that apply together; at least two, none of them an {@code AllOf}. */
  record AllOf(List<LicenceExpression> parts) implements LicenceExpression {
    @Override
    public String text() {
      return parts.stream()
          .map(part -> part instanceof AnyOf ? "(" + part.text() + ")" : part.text())
          .collect(Collectors.joining(" AND "));
    }
  }

  /** Licences to choose from; at least two, none of them an {@code AnyOf}. */
  record AnyOf(List<LicenceExpression> parts) implements LicenceExpression {
    @Override
    public String text() {
      return parts.stream().map(LicenceExpression::text).collect(Collectors.joining(" OR "));
    }
  }

  /** Combines at least one expression such that all of them apply. */
  static LicenceExpression allOf(List<LicenceExpression> expressions) {
    List<LicenceExpression> parts =
        distinct(
            expressions,
            each -> each instanceof AllOf(List<LicenceExpression> nested) ? nested : List.of(each));
    return parts.size() == 1 ? parts.getFirst() : new AllOf(parts);
  }

  /** Combines at least one expression such that any of them can be chosen. */
  static LicenceExpression anyOf(List<LicenceExpression> expressions) {
    List<LicenceExpression> parts =
        distinct(
            expressions,
            each -> each instanceof AnyOf(List<LicenceExpression> nested) ? nested : List.of(each));
    return parts.size() == 1 ? parts.getFirst() : new AnyOf(parts);
  }

  private static List<LicenceExpression> distinct(
      List<LicenceExpression> expressions,
      Function<LicenceExpression, List<LicenceExpression>> parts) {
    Map<String, LicenceExpression> byText = new LinkedHashMap<>();
    for (LicenceExpression expression : expressions) {
      for (LicenceExpression part : parts.apply(expression)) {
        byText.putIfAbsent(part.text(), part);
      }
    }
    return List.copyOf(byText.values());
  }

  /** Returns the expression as SPDX writes it. */
  String text();
}
