package linuxkit.packaging.alternatives;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The variables of a script as far as it gives them literal values. A variable has the first of
 * these: which branches are taken is not known.
 */
final class ScriptVariables {
  private static final int DEEPEST = 8;
  private static final int MOST_STEPS = 100_000;
  private static final int LONGEST = 1 << 16;

  private final Map<String, Word> values = new HashMap<>();
  private int steps;

  void assign(String name, Word value) {
    if (value.parts().stream().noneMatch(part -> part instanceof Word.Part.Computed)) {
      values.putIfAbsent(name, value);
    }
  }

  /**
   * Expands a word as the shell does, except for patterns.
   *
   * @param loops the values of the variables of loops
   * @return empty if the word is not known
   */
  Optional<List<String>> expand(Word word, Map<String, String> loops) {
    if (word.parts().size() == 1
        && word.parts().getFirst() instanceof Word.Part.Variable(String name, boolean quoted)
        && !quoted
        && value(name, loops, 0).isEmpty()
        && !values.containsKey(name)) {
      return Optional.of(List.of());
    }
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean any = false;
    for (Word.Part part : word.parts()) {
      Optional<String> text = text(part, loops, 0);
      if (text.isEmpty()) {
        return Optional.empty();
      }
      if (part instanceof Word.Part.Variable(_, boolean quoted) && !quoted) {
        String[] pieces = text.get().split("\\s+", -1);
        for (int i = 0; i < pieces.length; i++) {
          if (i > 0 && any) {
            fields.add(field.toString());
            field.setLength(0);
            any = false;
          }
          field.append(pieces[i]);
          any |= !pieces[i].isEmpty();
        }
      } else {
        field.append(text.get());
        any = true;
      }
    }
    if (any) {
      fields.add(field.toString());
    }
    return Optional.of(fields);
  }

  private Optional<String> value(String name, Map<String, String> loops, int depth) {
    if (loops.containsKey(name)) {
      return Optional.ofNullable(loops.get(name));
    }
    Word value = values.get(name);
    if (value == null || depth == DEEPEST || ++steps > MOST_STEPS) {
      return Optional.empty();
    }
    StringBuilder all = new StringBuilder();
    for (Word.Part part : value.parts()) {
      Optional<String> text = text(part, loops, depth + 1);
      if (text.isEmpty() || all.length() > LONGEST) {
        return Optional.empty();
      }
      all.append(text.get());
    }
    return Optional.of(all.toString());
  }

  private Optional<String> text(Word.Part part, Map<String, String> loops, int depth) {
    return switch (part) {
      case Word.Part.Text(String text, _) -> Optional.of(text);
      case Word.Part.Variable(String name, _) -> value(name, loops, depth);
      case Word.Part.Computed _ -> Optional.empty();
    };
  }
}
