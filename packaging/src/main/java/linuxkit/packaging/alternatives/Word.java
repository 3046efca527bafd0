package linuxkit.packaging.alternatives;

import java.util.List;

/** A word of a shell script. */
record Word(List<Part> parts) {
  /** A part of a word. */
  sealed interface Part {
    /** Characters that stand for themselves. */
    record Text(String text, boolean quoted) implements Part {}

    /** The value of a variable. */
    record Variable(String name, boolean quoted) implements Part {}

    /** A part that only running the script would show. */
    record Computed() implements Part {}
  }

  Word {
    parts = List.copyOf(parts);
  }

  /** Returns whether the word is this one, without quotes. */
  boolean is(String text) {
    return parts.equals(List.of(new Part.Text(text, false)));
  }
}
