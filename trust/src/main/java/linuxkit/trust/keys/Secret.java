package linuxkit.trust.keys;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import linuxkit.base.FileFailure;
import linuxkit.base.Printable;
import linuxkit.trust.TrustFailure;

/**
 * The place of a password or PIN: a file or an environment variable. There is no form for the
 * secret itself, because other users of the machine can read command lines.
 */
public sealed interface Secret {
  /** A file whose content is the secret, with or without a newline at the end. */
  record InFile(Path file) implements Secret {
    private static final int LONGEST = 4096;

    @Override
    public char[] read() {
      try (InputStream in = Files.newInputStream(file)) {
        byte[] content = in.readNBytes(LONGEST + 1);
        if (content.length > LONGEST) {
          throw new TrustFailure(
              "the file is too long for a password", file.toString(), "use a file of one line");
        }
        String text = new String(content, StandardCharsets.UTF_8);
        String line = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        return (line.endsWith("\r") ? line.substring(0, line.length() - 1) : line).toCharArray();
      } catch (IOException e) {
        throw FileFailure.of("cannot read the password", file, e);
      }
    }
  }

  /** A variable of an environment. */
  record InEnvironment(String name, Map<String, String> environment) implements Secret {
    @Override
    public char[] read() {
      String value = environment.get(name);
      if (value == null) {
        throw new TrustFailure(
            "the environment variable " + Printable.line(name) + " is not set",
            "",
            "set it to the password, or name another variable");
      }
      return value.toCharArray();
    }

    /** Returns the name alone: the environment contains secrets. */
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * Returns the secret itself.
   *
   * @throws linuxkit.base.Failure if there is no such file or variable
   */
  char[] read();
}
