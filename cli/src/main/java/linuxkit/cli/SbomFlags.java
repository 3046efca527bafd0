package linuxkit.cli;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import linuxkit.engine.SbomRequest;
import linuxkit.filesystem.FileTree;
import linuxkit.system.sbom.SbomFormat;

/** The flags of bills of materials. */
final class SbomFlags {
  private SbomFlags() {}

  static CommandSyntax add(CommandSyntax syntax) {
    return syntax
        .flag("--no-sbom", "Put no bill of materials into the system.")
        .text(
            "--sbom-format",
            "FORMAT",
            "spdx (default), cyclonedx, or both: then CycloneDX lies beside SPDX.")
        .text(
            "--sbom-output",
            "PATH",
            "Where in the system it lies (default: sbom.spdx.json, sbom.cdx.json).")
        .flag("--sbom-current-time", "Say in it that it is of now, not of a fixed time.");
  }

  static SbomRequest of(Flags flags) {
    Map<SbomFormat, String> paths = paths(flags);
    return flags.isSet("--no-sbom")
        ? SbomRequest.NONE
        : new SbomRequest(paths, flags.isSet("--sbom-current-time"));
  }

  private static Map<SbomFormat, String> paths(Flags flags) {
    Optional<String> output = flags.text("--sbom-output").map(SbomFlags::path);
    Map<SbomFormat, String> paths = new EnumMap<>(SbomFormat.class);
    String asked = flags.text("--sbom-format").orElse("spdx");
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
              "unknown format of a bill of materials: " + asked, "give spdx, cyclonedx or both");
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
            "not a path within a system: " + text, "give --sbom-output as sbom.spdx.json");
      }
    }
    return path;
  }
}
