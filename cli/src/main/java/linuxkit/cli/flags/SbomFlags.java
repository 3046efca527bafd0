package linuxkit.cli.flags;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.engine.SbomRequest;
import linuxkit.filesystem.FileTree;
import linuxkit.system.sbom.SbomFormat;

/** The flags of bills of materials. */
public final class SbomFlags {
  private static final Flag<Boolean> NO_SBOM =
      Flag.flag("Leave the bill of materials out of the system.", "--no-sbom");
  private static final Flag<Optional<String>> SBOM_FORMAT =
      Flag.text(
          "FORMAT",
          "Bill of materials: spdx (default), cyclonedx, or both side by side.",
          "--sbom-format");
  private static final Flag<Optional<String>> SBOM_OUTPUT =
      Flag.text(
          "PATH",
          "Path of the bill of materials in the system (default: sbom.spdx.json, sbom.cdx.json).",
          "--sbom-output");
  private static final Flag<Boolean> SBOM_CURRENT_TIME =
      Flag.flag(
          "Date the bill of materials with the current time, not a fixed one.",
          "--sbom-current-time");

  private static final Flag<Optional<String>> SBOM_FILE =
      Flag.text(
          "FILE",
          "Write a bill of materials of the outputs, with their boot loaders, to a file.",
          "--sbom-file");

  private SbomFlags() {}

  /** Adds the flags to a command that writes outputs. */
  public static CommandSyntax addForOutputs(CommandSyntax syntax) {
    return add(syntax).with(SBOM_FILE);
  }

  /** Returns which bills of materials the flags ask for, in the system and beside the outputs. */
  public static SbomRequest ofOutputs(Flags flags) {
    SbomRequest system = of(flags);
    Map<SbomFormat, Path> files = new EnumMap<>(SbomFormat.class);
    flags
        .get(SBOM_FILE)
        .ifPresent(
            file -> {
              for (SbomFormat format : paths(flags).keySet()) {
                boolean second = files.containsKey(SbomFormat.SPDX);
                files.put(format, Path.of(second ? beside(file) : file));
              }
            });
    return new SbomRequest(system.paths(), files, flags.get(SBOM_CURRENT_TIME));
  }

  /** Adds the flags to a command. */
  public static CommandSyntax add(CommandSyntax syntax) {
    return syntax.with(NO_SBOM).with(SBOM_FORMAT).with(SBOM_OUTPUT).with(SBOM_CURRENT_TIME);
  }

  /** Returns which bills of materials the flags ask for. */
  public static SbomRequest of(Flags flags) {
    Map<SbomFormat, String> paths = paths(flags);
    return flags.get(NO_SBOM)
        ? SbomRequest.NONE
        : new SbomRequest(paths, flags.get(SBOM_CURRENT_TIME));
  }

  private static Map<SbomFormat, String> paths(Flags flags) {
    Optional<String> output = flags.get(SBOM_OUTPUT).map(SbomFlags::path);
    Map<SbomFormat, String> paths = new EnumMap<>(SbomFormat.class);
    String asked = flags.get(SBOM_FORMAT).orElse("spdx");
    switch (asked) {
      case "spdx" -> paths.put(SbomFormat.SPDX, output.orElse(usual(SbomFormat.SPDX)));
      case "cyclonedx" ->
          paths.put(SbomFormat.CYCLONEDX, output.orElse(usual(SbomFormat.CYCLONEDX)));
      case "both" -> {
        String spdx = output.orElse(usual(SbomFormat.SPDX));
        paths.put(SbomFormat.SPDX, spdx);
        paths.put(SbomFormat.CYCLONEDX, beside(spdx));
      }
      default ->
          throw new UsageFailure(
              "unknown bill of materials format: " + asked, "use spdx, cyclonedx or both");
    }
    return paths;
  }

  private static String usual(SbomFormat format) {
    return "sbom" + format.suffix();
  }

  private static String beside(String spdx) {
    String suffix = SbomFormat.SPDX.suffix();
    String base = spdx.endsWith(suffix) ? spdx.substring(0, spdx.length() - suffix.length()) : spdx;
    return base + SbomFormat.CYCLONEDX.suffix();
  }

  private static String path(String text) {
    String path = text.startsWith("/") ? text.substring(1) : text;
    for (String name : path.split("/", -1)) {
      if (!FileTree.isName(name)) {
        throw new UsageFailure(
            "not a path in the system: " + text, "give --sbom-output as sbom.spdx.json");
      }
    }
    return path;
  }
}
