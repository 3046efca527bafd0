package linuxkit.test.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The comments and messages of a Java or C file. */
final class SourceFile {
  // String literals that are joined by nothing but these are one message.
  private static final Pattern JOINT = Pattern.compile("[\\s+]*");
  private static final Pattern MARGIN = Pattern.compile("^\\s*\\*? ?");
  private static final Pattern CODE = Pattern.compile("\\{@(code|link|literal) [^}]*}|<[^>]*>");

  private final String source;
  private final List<Passage> documentation = new ArrayList<>();
  private final List<Passage> comments = new ArrayList<>();
  private final List<Passage> messages = new ArrayList<>();
  private int at;
  private int line = 1;
  private int code;
  private int end;

  private SourceFile(String source) {
    this.source = source;
  }

  static SourceFile read(Path file) throws IOException {
    return of(Files.readString(file));
  }

  static SourceFile of(String source) {
    SourceFile file = new SourceFile(source);
    file.scan();
    return file;
  }

  /** Returns the comments that begin with two asterisks. */
  List<Passage> documentation() {
    return documentation;
  }

  /** Returns all other comments; consecutive lines are one comment. */
  List<Passage> comments() {
    return comments;
  }

  /** Returns the string literals; those that are added to each other are one message. */
  List<Passage> messages() {
    return messages;
  }

  private void scan() {
    while (at < source.length()) {
      if (source.startsWith("//", at)) {
        lineComment();
      } else if (source.startsWith("/*", at)) {
        blockComment();
      } else if (source.startsWith("\"\"\"", at)) {
        literal("\"\"\"", new Passage());
      } else if (source.charAt(at) == '"') {
        string();
      } else if (source.charAt(at) == '\'') {
        at = closing("'", at + 1) + 1;
      } else {
        skip(at + 1);
      }
    }
  }

  private void skip(int to) {
    for (; at < to; at++) {
      if (source.charAt(at) == '\n') {
        line++;
      }
    }
  }

  private void lineComment() {
    int stop = source.indexOf('\n', at);
    stop = stop < 0 ? source.length() : stop;
    boolean continues =
        !comments.isEmpty() && code > 0 && source.substring(code, at).isBlank() && end == line - 1;
    Passage comment = continues ? comments.getLast() : new Passage();
    if (!continues) {
      comments.add(comment);
    }
    comment.addLine(plain(source.substring(at + 2, stop)), line);
    end = line;
    code = stop;
    at = stop;
  }

  private void blockComment() {
    boolean documents = source.startsWith("/**", at) && !source.startsWith("/**/", at);
    int stop = source.indexOf("*/", at + 2);
    Passage comment = new Passage();
    int number = line;
    for (String part : source.substring(at + (documents ? 3 : 2), stop).split("\n", -1)) {
      String text = plain(MARGIN.matcher(part).replaceFirst(""));
      if (!text.isEmpty()) {
        comment.addLine(text, number);
      }
      number++;
    }
    (documents ? documentation : comments).add(comment);
    skip(stop + 2);
  }

  private static String plain(String text) {
    return CODE.matcher(text).replaceAll("_").strip();
  }

  private void string() {
    boolean continues =
        !messages.isEmpty() && code > 0 && JOINT.matcher(source.substring(code, at)).matches();
    literal("\"", continues ? messages.removeLast() : new Passage());
  }

  private void literal(String quote, Passage message) {
    int stop = closing(quote, at + quote.length());
    int number = line;
    for (String part : source.substring(at + quote.length(), stop).split("\n", -1)) {
      message.add(number == line ? part : " " + part.strip(), number);
      number++;
    }
    messages.add(message);
    skip(stop + quote.length());
    code = at;
  }

  private int closing(String quote, int from) {
    int stop = from;
    while (!source.startsWith(quote, stop)) {
      stop += source.charAt(stop) == '\\' ? 2 : 1;
    }
    return stop;
  }
}
