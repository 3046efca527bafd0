package linuxkit.system.licence;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Translates the first line of a {@code License} field: names with {@code and} and {@code or}
 * between them. {@code and} binds more tightly, and both bind less tightly after a comma.
 */
final class LicenceSynopsis {
  /** Operands and the operators between them. */
  private record Sequence(List<LicenceExpression> operands, List<String> operators) {
    Sequence() {
      this(new ArrayList<>(), new ArrayList<>());
    }

    LicenceExpression combine() {
      List<LicenceExpression> choices = new ArrayList<>();
      List<LicenceExpression> together = new ArrayList<>(List.of(operands.getFirst()));
      for (int i = 0; i < operators.size(); i++) {
        if (operators.get(i).equals("or")) {
          choices.add(LicenceExpression.allOf(together));
          together.clear();
        }
        together.add(operands.get(i + 1));
      }
      choices.add(LicenceExpression.allOf(together));
      return LicenceExpression.anyOf(choices);
    }
  }

  private static final Pattern SPACES = Pattern.compile("\\s+");

  private final UnaryOperator<String> otherLicence;
  private final List<String> name = new ArrayList<>();

  private LicenceSynopsis(UnaryOperator<String> otherLicence) {
    this.otherLicence = otherLicence;
  }

  /** Translates a text; one that does not follow the grammar is taken for the name of a licence. */
  static LicenceExpression parse(String text, UnaryOperator<String> otherLicence) {
    if (text.indexOf(' ') < 0 && text.indexOf('\t') < 0 && !isOperator(text)) {
      return new LicenceSynopsis(otherLicence).licence(text);
    }
    String normal = SPACES.matcher(text.strip()).replaceAll(" ");
    List<String> words =
        List.of(normal.replace(", and ", " ,and ").replace(", or ", " ,or ").split(" "));
    boolean wellFormed = !isOperator(words.getFirst()) && !isOperator(words.getLast());
    for (int i = 1; i < words.size(); i++) {
      wellFormed &= !isOperator(words.get(i - 1)) || !isOperator(words.get(i));
    }
    LicenceSynopsis synopsis = new LicenceSynopsis(otherLicence);
    return wellFormed ? synopsis.parse(words) : synopsis.licence(normal);
  }

  private static boolean isOperator(String word) {
    return switch (word) {
      case "and", "or", ",and", ",or" -> true;
      default -> false;
    };
  }

  private LicenceExpression parse(List<String> words) {
    Sequence outer = new Sequence();
    Sequence inner = new Sequence();
    for (String word : words) {
      if (!isOperator(word)) {
        name.add(word);
        continue;
      }
      inner.operands.add(licence());
      if (word.startsWith(",")) {
        outer.operands.add(inner.combine());
        outer.operators.add(word.substring(1));
        inner = new Sequence();
      } else {
        inner.operators.add(word);
      }
    }
    inner.operands.add(licence());
    outer.operands.add(inner.combine());
    return outer.combine();
  }

  private LicenceExpression licence() {
    String text = String.join(" ", name);
    name.clear();
    return licence(text);
  }

  private LicenceExpression licence(String text) {
    if (text.equals("Perl")) {
      return LicenceExpression.anyOf(List.of(licence("Artistic"), licence("GPL-1+")));
    }
    Optional<String> known = DebianLicences.spdx(text);
    return new LicenceExpression.Licence(known.orElseGet(() -> otherLicence.apply(text)));
  }
}
