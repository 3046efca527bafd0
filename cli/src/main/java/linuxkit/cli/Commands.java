package linuxkit.cli;

import static linuxkit.cli.syntax.CommandSyntax.command;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;
import linuxkit.cli.console.Console;
import linuxkit.cli.console.Terminal;
import linuxkit.cli.serve.MetadataCommand;
import linuxkit.cli.serve.ServeCommand;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.trust.LockCommand;
import linuxkit.cli.trust.PolicyCommands;
import linuxkit.cli.trust.SignCommands;
import linuxkit.cli.trust.TrustCommands;
import linuxkit.cli.trust.VerifyCommand;

/** The tree of commands. */
final class Commands {
  private Commands() {}

  /**
   * Returns the tree of commands.
   *
   * @param args of the whole program; if they name a command, the tree holds that command alone,
   *     because creating all of them takes longer than many commands run
   */
  static CommandSyntax tree(
      Terminal terminal, GlobalFlags global, Console console, String... args) {
    SequencedMap<String, Supplier<CommandSyntax>> all = all(terminal, global, console);
    GlobalFlags.command(args)
        .filter(name -> all.containsKey(name) && !name.equals(CompletionCommand.NAME))
        .ifPresent(name -> all.keySet().retainAll(Set.of(name)));
    CommandSyntax tree =
        group(terminal, "linuxkit", "Build, run and ship small immutable Linux systems.");
    all.values().forEach(command -> tree.with(command.get()));
    return tree.example("linuxkit build examples/minimal.yml", "linuxkit run minimal");
  }

  private static SequencedMap<String, Supplier<CommandSyntax>> all(
      Terminal terminal, GlobalFlags global, Console console) {
    SequencedMap<String, Supplier<CommandSyntax>> all = new LinkedHashMap<>();
    all.put("build", () -> BuildCommand.syntax(terminal, global, console));
    all.put("lock", () -> LockCommand.syntax(terminal, global::settings, console));
    all.put("verify", () -> VerifyCommand.syntax(terminal, global::settings, console));
    all.put("pkg", () -> PkgCommands.syntax(terminal, global, console));
    all.put("why", () -> WhyCommand.syntax(terminal, global, console));
    all.put("diff", () -> DiffCommand.syntax(terminal, global, console));
    all.put("ls", () -> LsCommand.syntax(terminal));
    all.put("unpack", () -> UnpackCommand.syntax(console));
    all.put("run", () -> RunCommand.syntax(console, terminal.environment()));
    all.put("serve", () -> ServeCommand.syntax(console));
    all.put(
        "metadata",
        () ->
            MetadataCommand.addTo(
                group(terminal, "metadata", "Make the metadata that guests read at boot.")));
    all.put(
        "trust",
        () ->
            PolicyCommands.addTo(
                TrustCommands.addTo(
                    group(terminal, "trust", "Examine signatures and policies."), terminal),
                terminal,
                global::settings,
                console));
    all.put("sign", () -> SignCommands.sign(terminal, global::settings, console));
    all.put("attest", () -> SignCommands.attest(terminal, global::settings, console));
    all.put("cache", () -> CacheCommands.syntax(terminal, global, console));
    all.put(CompletionCommand.NAME, () -> CompletionCommand.syntax(terminal));
    all.put("version", () -> VersionCommand.syntax(terminal));
    return all;
  }

  /** Returns a command that only holds others; without one of them it prints its help. */
  static CommandSyntax group(Terminal terminal, String name, String summary) {
    return command(
        name,
        summary,
        flags -> {
          terminal.out().document(flags.command().commandLine().getUsageMessage());
          return 0;
        });
  }
}
