package linuxkit.example;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.boot.Formats;
import linuxkit.engine.BuildRequest;
import linuxkit.engine.BuildResult;
import linuxkit.engine.BuildTarget;
import linuxkit.engine.Distribution;
import linuxkit.engine.Settings;
import linuxkit.engine.SystemBuild;

/** The example of {@code docs/engine.md}, as another program would contain it. */
public final class Embedding {
  private Embedding() {}

  public static String build(
      Map<String, String> environment, Path linuxkit, Path manifest, Path directory) {
    // begin
    Settings settings = Settings.of(environment, new Distribution(linuxkit));
    BuildTarget target = new BuildTarget.Named(List.of(Formats.TAR), directory, "web");
    BuildRequest request = BuildRequest.of(List.of(manifest.toString()), target);
    try {
      BuildResult result = new SystemBuild(settings, Progress.silent()).run(request);
      BuildResult.BuiltArtefact tar = result.artefacts().getFirst();
      return tar.path() + ", " + tar.size() + " bytes, SHA-256 " + tar.sha256();
    } catch (Failure e) {
      return e.where() + ": " + e.what() + "\n  hint: " + e.hint();
    }
    // end
  }
}
