package linuxkit.yaml.container;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import linuxkit.base.Nearest;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.Quote;

/** Signals as images and manifests name them: {@code SIGTERM}, {@code TERM}, {@code SIGRTMIN+3}. */
final class SignalName {
  private static final Pattern REAL_TIME =
      Pattern.compile("(SIG)?(RTMIN(\\+([0-9]|[12][0-9]|30))?|RTMAX(-([0-9]|[12][0-9]|30))?)");
  private static final Pattern NUMBER = Pattern.compile("[1-9]|[1-5][0-9]|6[0-4]");
  private static final Set<String> NAMES =
      Set.of(
          "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
          "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
          "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS");

  private SignalName() {}

  static Optional<String> read(NodeReader from) {
    Optional<String> name = from.string();
    if (name.isPresent() && !isSignal(name.get())) {
      String bare = name.get().startsWith("SIG") ? name.get().substring(3) : name.get();
      from.error(
          Quote.of(name.get())
              + " is not a signal"
              + Nearest.to(bare, NAMES)
                  .map(near -> " — did you mean 'SIG" + near + "'?")
                  .orElse(""));
      return Optional.empty();
    }
    return name;
  }

  private static boolean isSignal(String name) {
    return NAMES.contains(name.startsWith("SIG") ? name.substring(3) : name)
        || NUMBER.matcher(name).matches()
        || REAL_TIME.matcher(name).matches();
  }
}
