package linuxkit.cli.trust;

import static linuxkit.cli.syntax.CommandSyntax.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import linuxkit.base.Progress;
import linuxkit.boot.Formats;
import linuxkit.cli.console.Terminal;
import linuxkit.cli.flags.LockFlags;
import linuxkit.cli.flags.PermissionFlags;
import linuxkit.cli.syntax.Command;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.engine.ManifestFetcher;
import linuxkit.engine.Permissions;
import linuxkit.engine.Settings;
import linuxkit.engine.lock.update.LockChange;
import linuxkit.engine.lock.update.LockRequest;
import linuxkit.engine.lock.update.Locker;
import linuxkit.engine.lock.update.Selection;

/** {@code linuxkit lock}: writes down what the references of a manifest mean. */
public final class LockCommand implements Command {
  private static final Flag<Boolean> UPDATE =
      Flag.flag(
          "Lock images and components again: those that are named, or all of them.", "--update");
  private static final Flag<Boolean> CHECK =
      Flag.flag(
          "Write nothing; print the differences, with exit status 1 if there are any.", "--check");
  private static final Flag<Boolean> ONLINE =
      Flag.flag("With --check: also ask registries which tags have moved.", "--online");

  private static final Flag<List<String>> FORMAT =
      Flag.list(
              "FORMAT",
              "Also lock the boot loaders of linuxkit that this output format needs; repeatable.",
              "-f",
              "--format")
          .suggesting(Formats::labels);

  private final Terminal terminal;
  private final Supplier<Settings> settings;
  private final Progress progress;

  private LockCommand(Terminal terminal, Supplier<Settings> settings, Progress progress) {
    this.terminal = terminal;
    this.settings = settings;
    this.progress = progress;
  }

  /** Returns the command's syntax. */
  public static CommandSyntax syntax(
      Terminal terminal, Supplier<Settings> settings, Progress progress) {
    return command(
            "lock",
            "Pin the images of a manifest by digest, and the packages of its components, in a lock"
                + " file that its builds use from then on.",
            new LockCommand(terminal, settings, progress))
        .with(UPDATE)
        .with(CHECK)
        .with(ONLINE)
        .with(FORMAT)
        .with(LockFlags.LOCK)
        .with(PermissionFlags.ALLOW_SOURCE)
        .arguments(
            "1..*",
            "FILE… [IMAGE…]",
            "Manifests, merged in this order: files, http(s) URLs, or - for standard input; with"
                + " --update also images and components, such as @pkg:FOLDER.")
        .example(
            "linuxkit lock web.yml",
            "linuxkit lock --format iso-efi web.yml",
            "linuxkit lock --update web.yml",
            "linuxkit lock --update web.yml nginx:1.27 @pkg:../pkg/sshd",
            "linuxkit lock --check --online web.yml");
  }

  @Override
  public int run(Flags flags) {
    boolean check = flags.get(CHECK);
    boolean update = flags.get(UPDATE);
    if (check && update) {
      throw new UsageFailure("--check and --update exclude each other", "give one of them");
    }
    if (flags.get(ONLINE) && !check) {
      throw new UsageFailure("--online has no effect without --check", "add --check");
    }
    List<String> manifests =
        flags.arguments().stream().filter(argument -> !update || isManifest(argument)).toList();
    List<String> images =
        flags.arguments().stream().filter(argument -> !manifests.contains(argument)).toList();
    LockRequest request =
        new LockRequest(
            manifests,
            flags.get(LockFlags.LOCK).map(Path::of),
            new Permissions(
                flags.get(PermissionFlags.ALLOW_SOURCE).stream().map(Path::of).toList(), true),
            flags.get(FORMAT).stream().map(Formats::named).toList());
    Locker locker = new Locker(settings.get(), terminal.in(), progress);
    return check
        ? check(locker, request, flags.get(ONLINE))
        : lock(locker, request, update, images);
  }

  private static boolean isManifest(String argument) {
    return argument.equals("-")
        || ManifestFetcher.isAddress(argument)
        || argument.matches(".*\\.(ya?ml|json)")
        || (!argument.startsWith("@pkg:") && Files.isRegularFile(Path.of(argument)));
  }

  private int lock(Locker locker, LockRequest request, boolean update, List<String> images) {
    List<LockChange> changes =
        locker.update(request, update ? Selection.of(images) : Selection.NONE);
    print(changes);
    progress.info(
        changes.isEmpty() ? request.lock() + " is up to date." : "Wrote " + request.lock() + ".");
    return 0;
  }

  private int check(Locker locker, LockRequest request, boolean online) {
    List<LockChange> changes = locker.check(request);
    print(changes);
    if (online) {
      for (LockChange moved : locker.moved(request)) {
        terminal.out().line("moved: " + moved.line().substring(2));
      }
    }
    progress.info(
        request.lock()
            + (changes.isEmpty() ? " fits the manifest." : " does not fit the manifest."));
    return changes.isEmpty() ? 0 : 1;
  }

  private void print(List<LockChange> changes) {
    changes.forEach(change -> terminal.out().line(change.line()));
  }
}
