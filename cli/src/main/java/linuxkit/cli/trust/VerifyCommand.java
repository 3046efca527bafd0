package linuxkit.cli.trust;

import static linuxkit.cli.syntax.CommandSyntax.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.cli.console.QuietProgress;
import linuxkit.cli.console.Terminal;
import linuxkit.cli.flags.LockFlags;
import linuxkit.cli.flags.PermissionFlags;
import linuxkit.cli.syntax.Command;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.engine.Settings;
import linuxkit.engine.provenance.Verification;
import linuxkit.engine.provenance.VerifyReport;
import linuxkit.trust.TrustFailure;
import linuxkit.trust.keys.VerificationKey;

/** {@code linuxkit verify}: checks outputs against the provenance of their build. */
public final class VerifyCommand implements Command {
  private static final Flag<Optional<String>> PROVENANCE =
      Flag.text("FILE", "The provenance that build --provenance has written.", "--provenance");
  private static final Flag<List<String>> KEY =
      Flag.texts(
          "FILE",
          "A public key or certificate; one of those given must have signed the provenance; repeatable.",
          "--key");
  private static final Flag<Boolean> REBUILD =
      Flag.flag("Build the system again in a temporary folder, and compare.", "--rebuild");
  private static final Flag<List<String>> FROM =
      Flag.texts(
          "DIR",
          "The folder of the manifest, for @pkg:, the lock file and trust.yml; repeatable, one for each"
              + " manifest (default: the current folder).",
          "--from");
  private static final Flag<Boolean> JSON = Flag.flag("Print JSON.", "--json");
  private static final int LARGEST_KEY = 1 << 16;

  private final Terminal terminal;
  private final Supplier<Settings> settings;
  private final Progress progress;

  private VerifyCommand(Terminal terminal, Supplier<Settings> settings, Progress progress) {
    this.terminal = terminal;
    this.settings = settings;
    this.progress = new QuietProgress(progress);
  }

  /** Returns the command's syntax. */
  public static CommandSyntax syntax(
      Terminal terminal, Supplier<Settings> settings, Progress progress) {
    return command(
            "verify",
            "Check built files against the provenance of their build. Checks its signature, by keys or"
                + " the trust policy, the files, the lock file and, on request, a second build.",
            new VerifyCommand(terminal, settings, progress))
        .with(PROVENANCE)
        .with(KEY)
        .with(LockFlags.LOCK)
        .with(REBUILD)
        .with(FROM)
        .with(PermissionFlags.ALLOW_SOURCE)
        .with(JSON)
        .arguments("1..*", "OUTPUT…", "Files that the build has written.")
        .example(
            "linuxkit build --format tar --provenance web.json web.yml",
            "linuxkit verify web.tar --provenance web.json --key builder.pub",
            "linuxkit verify web.tar --provenance web.json --trust trust.yml",
            "linuxkit verify web-* --provenance web.json --rebuild");
  }

  @Override
  public int run(Flags flags) {
    VerifyReport report = new Verification(settings.get(), progress).run(request(flags));
    if (flags.get(JSON)) {
      terminal.out().json(report.toJson());
    } else {
      for (VerifyReport.Check check : report.checks()) {
        terminal.out().line("%-13s %s".formatted(check.name(), check.summary()));
        check.details().forEach(detail -> terminal.out().line("  " + detail));
      }
    }
    report
        .failure()
        .ifPresent(
            check -> {
              throw new TrustFailure(
                  check.name() + ": " + check.summary(),
                  flags.get(PROVENANCE).orElseThrow(),
                  "do not use the files");
            });
    return 0;
  }

  private Verification.Request request(Flags flags) {
    if (flags.get(PROVENANCE).isEmpty()) {
      throw new UsageFailure("no provenance is given", "add --provenance FILE");
    }
    if (!flags.get(REBUILD) && !flags.get(PermissionFlags.ALLOW_SOURCE).isEmpty()) {
      throw new UsageFailure("--allow-source is for a second build", "add --rebuild");
    }
    return new Verification.Request(
        paths(flags.arguments()),
        Path.of(flags.get(PROVENANCE).get()),
        flags.get(KEY).stream().map(VerifyCommand::key).toList(),
        flags.get(LockFlags.LOCK).map(Path::of),
        paths(flags.get(FROM)),
        paths(flags.get(PermissionFlags.ALLOW_SOURCE)),
        flags.get(REBUILD));
  }

  private static List<Path> paths(List<String> names) {
    return names.stream().map(Path::of).toList();
  }

  private static VerificationKey key(String name) {
    Path file = Path.of(name);
    try (InputStream in = Files.newInputStream(file)) {
      return VerificationKey.parse(in.readNBytes(LARGEST_KEY), name);
    } catch (IOException e) {
      throw FileFailure.of("cannot read the key", file, e);
    }
  }
}
