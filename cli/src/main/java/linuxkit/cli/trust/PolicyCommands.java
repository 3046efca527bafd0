package linuxkit.cli.trust;

import static linuxkit.cli.syntax.CommandSyntax.command;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import linuxkit.base.Progress;
import linuxkit.cli.console.Terminal;
import linuxkit.cli.flags.PlatformSyntax;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.engine.ImageAccess;
import linuxkit.engine.Settings;
import linuxkit.engine.trust.ImageDecision;
import linuxkit.engine.trust.ImageRefusedFailure;
import linuxkit.engine.trust.TrustGate;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.transfer.Puller;
import linuxkit.trust.policy.Decision;

/** {@code linuxkit trust explain} and {@code check}. */
public final class PolicyCommands {
  private static final Flag<Boolean> JSON = Flag.flag("Print JSON.", "--json");
  private static final Flag<Boolean> PULL =
      Flag.flag("Ask the registry what the name stands for, even if the store has it.", "--pull");

  private final Terminal terminal;
  private final Supplier<Settings> settings;
  private final Progress progress;

  private PolicyCommands(Terminal terminal, Supplier<Settings> settings, Progress progress) {
    this.terminal = terminal;
    this.settings = settings;
    this.progress = progress;
  }

  /** Adds the commands to their group. */
  public static CommandSyntax addTo(
      CommandSyntax group, Terminal terminal, Supplier<Settings> settings, Progress progress) {
    PolicyCommands commands = new PolicyCommands(terminal, settings, progress);
    return group
        .with(
            image(
                    "explain",
                    "Show which rule of the policy is for an image, whether it is accepted, and why.",
                    commands::explain)
                .example(
                    "linuxkit trust explain docker.io/library/nginx:1.27",
                    "linuxkit --trust trust.yml trust explain --json registry.example/app:1"))
        .with(
            image(
                    "check",
                    "Check whether the policy accepts an image; exit status 1 if not.",
                    commands::check)
                .example("linuxkit trust check docker.io/library/nginx:1.27"))
        .example("linuxkit trust explain docker.io/library/nginx:1.27");
  }

  private interface Body {
    int run(Flags flags);
  }

  private static CommandSyntax image(String name, String summary, Body body) {
    return command(name, summary, body::run)
        .with(PlatformSyntax.ARCH)
        .with(PULL)
        .with(JSON)
        .arguments("1", "IMAGE", "The name of an image.");
  }

  private int explain(Flags flags) {
    ImageDecision decision = decide(flags);
    if (flags.get(JSON)) {
      terminal.out().json(DecisionReport.json(decision));
    } else {
      DecisionReport.lines(decision).forEach(terminal.out()::line);
    }
    return 0;
  }

  private int check(Flags flags) {
    ImageDecision decision = decide(flags);
    boolean allowed = decision.decision() instanceof Decision.Allowed;
    if (flags.get(JSON)) {
      terminal.out().json(DecisionReport.json(decision));
    } else {
      terminal.out().line(DecisionReport.summary(decision));
    }
    return allowed ? 0 : 1;
  }

  private ImageDecision decide(Flags flags) {
    Reference reference = Reference.parse(flags.arguments().getFirst());
    Platform platform = PlatformSyntax.ofArchitecture(flags);
    try (ImageAccess access = new ImageAccess(settings.get(), progress)) {
      Optional<TrustGate> trust = access.trust();
      if (trust.isEmpty()) {
        throw new UsageFailure(
            "there is no trust policy, so every image is accepted",
            "write trust.yml (see docs/trust.md), or name a policy with --trust FILE");
      }
      Puller puller = access.images(flags.get(PULL) ? Puller.When.ALWAYS : Puller.When.MISSING);
      try {
        puller.admit(reference, List.of(platform));
      } catch (ImageRefusedFailure _) {
        // The decision says why.
      }
      return trust.get().decisions().getFirst();
    }
  }
}
