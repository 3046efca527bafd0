package linuxkit.packaging.alternatives;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import linuxkit.filesystem.EntryName;
import linuxkit.filesystem.EntryNameFailure;
import linuxkit.packaging.debian.MergedUsr;

/**
 * Finds what a maintainer script registers with {@code update-alternatives --install}, without
 * running it: all literal commands, also in loops over literal words, whatever they depend on.
 */
final class MaintainerScript {
  private static final String PROGRAM = "update-alternatives";
  private static final Pattern SHELL = Pattern.compile("#!\\s*/\\S*/(?:env +)?(?:ba|da)?sh\\b.*");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.+\\[-]{1,100}");
  private static final Pattern PRIORITY = Pattern.compile("-?[0-9]{1,9}");
  private static final Set<String> RESERVED =
      Set.of("do", "then", "else", "if", "elif", "!", "{", "export", "local", "readonly");
  private static final Pattern PATTERN = Pattern.compile("[*?\\[\\p{Cntrl}]");
  private static final int MOST = 1000;

  /** A loop that runs once for each value; none for loops of other kinds. */
  private record Loop(String variable, List<String> values) {}

  private final ScriptVariables variables = new ScriptVariables();
  private final Deque<Loop> loops = new ArrayDeque<>();
  private final List<Alternative> found = new ArrayList<>();
  private boolean complete = true;
  private int runs;

  private MaintainerScript() {}

  /**
   * The findings in a script.
   *
   * @param complete whether all that is registered was understood
   */
  record Found(List<Alternative> alternatives, boolean complete) {
    Found {
      alternatives = List.copyOf(alternatives);
    }
  }

  static Found read(String text) {
    MaintainerScript script = new MaintainerScript();
    if (text.contains(PROGRAM)) {
      if (SHELL.matcher(text.lines().findFirst().orElse("")).matches()) {
        ScriptWords.of(text).forEach(script::read);
      } else {
        script.complete = false;
      }
    }
    return new Found(script.found, script.complete);
  }

  private void read(List<Word> words) {
    List<Word> command = words;
    while (!command.isEmpty() && RESERVED.stream().anyMatch(command.getFirst()::is)) {
      command = command.subList(1, command.size());
    }
    if (command.isEmpty()) {
      return;
    }
    Word first = command.getFirst();
    if (first.is("for") || first.is("while") || first.is("until")) {
      begin(command);
    } else if (first.is("done")) {
      loops.pollLast();
    } else if (first.is(PROGRAM) || first.is("/usr/bin/" + PROGRAM)) {
      if (command.stream().anyMatch(word -> word.is("--install"))) {
        repeat(command.subList(1, command.size()), List.copyOf(loops), new HashMap<>());
      }
    } else if (command.stream().anyMatch(word -> word.is(PROGRAM))
        && command.stream().anyMatch(word -> word.is("--install"))) {
      complete = false;
    } else {
      command.forEach(this::assign);
    }
  }

  private void assign(Word word) {
    if (word.parts().getFirst() instanceof Word.Part.Text(String text, boolean quoted)
        && !quoted
        && text.indexOf('=') > 0
        && ScriptWords.isName(text.substring(0, text.indexOf('=')))) {
      List<Word.Part> value = new ArrayList<>(word.parts());
      value.set(0, new Word.Part.Text(text.substring(text.indexOf('=') + 1), false));
      variables.assign(text.substring(0, text.indexOf('=')), new Word(value));
    }
  }

  private void begin(List<Word> command) {
    if (command.size() < 3
        || !command.getFirst().is("for")
        || !command.get(2).is("in")
        || !(command.get(1).parts().getFirst() instanceof Word.Part.Text(String name, _))) {
      loops.add(new Loop("", List.of("")));
      return;
    }
    List<String> values = new ArrayList<>();
    for (Word word : command.subList(3, command.size())) {
      values.addAll(variables.expand(word, Map.of()).orElse(List.of()));
    }
    loops.add(new Loop(name, values));
  }

  /** Reads a command once for each combination of the values of loops. */
  private void repeat(List<Word> command, List<Loop> around, Map<String, String> values) {
    if (++runs > MOST) {
      complete = false;
      return;
    }
    if (around.isEmpty()) {
      readCommand(command, values);
      return;
    }
    Loop loop = around.getFirst();
    // What an unknown loop does is not known.
    complete &= !loop.values().isEmpty();
    for (String value : loop.values()) {
      if (!loop.variable().isEmpty()) {
        values.put(loop.variable(), value);
      }
      repeat(command, around.subList(1, around.size()), values);
    }
  }

  private void readCommand(List<Word> command, Map<String, String> values) {
    List<String> arguments = new ArrayList<>();
    for (Word word : command) {
      Optional<List<String>> fields = variables.expand(word, values);
      if (fields.isEmpty()) {
        complete = false;
        return;
      }
      arguments.addAll(fields.get());
    }
    Optional<Alternative> alternative = alternative(arguments);
    if (alternative.isEmpty()) {
      complete = false;
    } else {
      found.add(alternative.get());
    }
  }

  private static Optional<Alternative> alternative(List<String> arguments) {
    int at = arguments.indexOf("--install");
    if (arguments.size() < at + 5
        || !NAME.matcher(arguments.get(at + 2)).matches()
        || !PRIORITY.matcher(arguments.get(at + 4)).matches()) {
      return Optional.empty();
    }
    Optional<Alternative.Link> link = link(arguments.get(at + 1), arguments.get(at + 3));
    List<Alternative.Link> slaves = new ArrayList<>();
    for (int i = at + 5; i + 3 < arguments.size(); i++) {
      if (arguments.get(i).equals("--slave")) {
        link(arguments.get(i + 1), arguments.get(i + 3)).ifPresent(slaves::add);
      }
    }
    return link.map(
        master ->
            new Alternative(
                arguments.get(at + 2), master, Integer.parseInt(arguments.get(at + 4)), slaves));
  }

  private static Optional<Alternative.Link> link(String path, String target) {
    return path(path).flatMap(from -> path(target).map(to -> new Alternative.Link(from, to)));
  }

  private static Optional<String> path(String text) {
    try {
      String path = EntryName.clean(text);
      return text.startsWith("/") && path.indexOf('/') > 0 && !PATTERN.matcher(path).find()
          ? Optional.of(MergedUsr.map(path))
          : Optional.empty();
    } catch (EntryNameFailure _) {
      return Optional.empty();
    }
  }
}
