package linuxkit.test.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import linuxkit.test.Components;
import linuxkit.test.Linuxkit;
import linuxkit.test.Programs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that every format has the same bytes, wherever and however it is built. */
class FormatsReproducibleTest {
  @TempDir Path work;

  @Test
  void writesTheSameBytesForAnyPlaceTimeZoneLocaleAndProcessors() throws Exception {
    Path store = Components.copyOfStore(work.resolve("store"));
    Path out = Files.createDirectory(work.resolve("elsewhere"));
    Linuxkit linuxkit =
        Linuxkit.withCache(store)
            .withEnvironment(
                Map.of("TZ", "America/St_Johns", "LANG", "tr_TR.UTF-8", "LC_ALL", "tr_TR.UTF-8"))
            .in(out)
            .through("taskset", "1", "sh", "-c", "umask 077 && exec \"$0\" \"$@\"");
    FormatArtefacts.buildAll(linuxkit, FormatArtefacts.manifest(work), out);
    assertThat(out.toFile().list()).hasSizeGreaterThan(25);
    // To hash them, seven gigabytes on each side, would take longer than to build them.
    Programs.run(work, "diff", "-rq", "--exclude=*.yml", FormatArtefacts.FOLDER, out);
  }
}
