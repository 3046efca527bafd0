package linuxkit.packaging.git.rules;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of a repository (git-config): those of the machine, the user, the repository, the
 * work tree and the environment, of which the last one counts.
 */
public final class GitConfig {
  private static final int MAX_INCLUDES = 10;

  private final Map<String, String> values = new HashMap<>();
  private final Map<String, String> environment;
  private final Path gitDirectory;

  private GitConfig(Map<String, String> environment, Path gitDirectory) {
    this.environment = environment;
    this.gitDirectory = gitDirectory;
  }

  public static GitConfig read(
      Map<String, String> environment, Path gitDirectory, Path commonDirectory) throws IOException {
    GitConfig config = new GitConfig(environment, gitDirectory);
    if (!environment.containsKey("GIT_CONFIG_NOSYSTEM")) {
      config.add(Path.of(environment.getOrDefault("GIT_CONFIG_SYSTEM", "/etc/gitconfig")), 0);
    }
    if (environment.containsKey("GIT_CONFIG_GLOBAL")) {
      config.add(Path.of(environment.get("GIT_CONFIG_GLOBAL")), 0);
    } else {
      for (String name : List.of("xdg/config", "~/.gitconfig")) {
        Optional<Path> file =
            name.startsWith("xdg") ? config.ofUser("config") : config.path(name, gitDirectory);
        if (file.isPresent()) {
          config.add(file.get(), 0);
        }
      }
    }
    config.add(commonDirectory.resolve("config"), 0);
    if (config.is("extensions.worktreeconfig", false)) {
      config.add(gitDirectory.resolve("config.worktree"), 0);
    }
    config.addEnvironment();
    return config;
  }

  /**
   * Returns the settings in a repository's own file. Included files do not count: git reads the
   * format of a repository before it follows any.
   */
  public static GitConfig ofFile(Path file) throws IOException {
    GitConfig config = new GitConfig(Map.of(), file.resolveSibling(""));
    for (ConfigText.Setting setting : ConfigText.parse(GitText.read(file))) {
      config.values.put(setting.key(), setting.value());
    }
    return config;
  }

  private void addEnvironment() {
    String count = environment.getOrDefault("GIT_CONFIG_COUNT", "0");
    for (int i = 0; count.matches("[0-9]{1,4}") && i < Integer.parseInt(count); i++) {
      String key = environment.getOrDefault("GIT_CONFIG_KEY_" + i, "");
      int last = key.lastIndexOf('.');
      int first = key.indexOf('.');
      if (first > 0) {
        String section = key.substring(0, first).toLowerCase(Locale.ROOT);
        String name = key.substring(last).toLowerCase(Locale.ROOT);
        values.put(
            section + key.substring(first, last) + name,
            environment.getOrDefault("GIT_CONFIG_VALUE_" + i, ""));
      }
    }
  }

  private void add(Path file, int depth) throws IOException {
    if (depth > MAX_INCLUDES) {
      return;
    }
    for (ConfigText.Setting setting : ConfigText.parse(GitText.read(file))) {
      values.put(setting.key(), setting.value());
      boolean included =
          setting.key().equals("include.path")
              || (setting.key().startsWith("includeif.")
                  && setting.key().endsWith(".path")
                  && applies(setting.key()));
      Optional<Path> other = included ? path(setting.value(), file) : Optional.empty();
      if (other.isPresent()) {
        add(other.get(), depth + 1);
      }
    }
  }

  /** Returns whether a file that is included for some repositories is for this one. */
  private boolean applies(String key) {
    String condition = key.substring("includeif.".length(), key.length() - ".path".length());
    boolean ignoreCase = condition.startsWith("gitdir/i:");
    if (!ignoreCase && !condition.startsWith("gitdir:")) {
      return false;
    }
    String pattern = condition.substring(condition.indexOf(':') + 1);
    if (pattern.startsWith("~/")) {
      pattern = environment.getOrDefault("HOME", "") + pattern.substring(1);
    } else if (!pattern.startsWith("/")) {
      pattern = "**/" + pattern;
    }
    pattern = pattern.endsWith("/") ? pattern + "**" : pattern;
    return new Wildmatch(pattern, ignoreCase)
        .matches(gitDirectory.toAbsolutePath().normalize().toString());
  }

  /** Returns a value as it is written. The name is in lower case, but for a subsection. */
  public Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** Returns a boolean. */
  public boolean is(String name, boolean usual) {
    String value = values.getOrDefault(name, String.valueOf(usual)).toLowerCase(Locale.ROOT);
    return switch (value) {
      case "true", "yes", "on" -> true;
      case "false", "no", "off", "" -> false;
      default -> !value.matches("[-+]?0+");
    };
  }

  /** Returns the file that a setting names, or else the one in the user's folder for git. */
  public Optional<Path> file(String name, String inUsersFolder) {
    return values.containsKey(name) ? path(values.get(name), gitDirectory) : ofUser(inUsersFolder);
  }

  private Optional<Path> ofUser(String name) {
    String xdg = environment.getOrDefault("XDG_CONFIG_HOME", "");
    return xdg.isEmpty()
        ? path("~/.config/git/" + name, gitDirectory)
        : Optional.of(Path.of(xdg, "git", name));
  }

  private Optional<Path> path(String text, Path beside) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.startsWith("~/")) {
      String home = environment.getOrDefault("HOME", "");
      return home.isEmpty() ? Optional.empty() : Optional.of(Path.of(home, text.substring(2)));
    }
    return Optional.of(beside.resolveSibling(text));
  }
}
