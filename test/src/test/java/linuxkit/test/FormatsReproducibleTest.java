package linuxkit.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every format has the same bytes, wherever and however it is built. */
class FormatsReproducibleTest {
  @TempDir Path work;

  @Test
  void sameBytesInAnotherPlaceTimeZoneLocaleAndOnOneProcessor() throws Exception {
    Path store = Components.copyOfStore(work.resolve("store"));
    Path out = Files.createDirectory(work.resolve("elsewhere"));
    Linuxkit linuxkit =
        Linuxkit.withCache(store)
            .withEnvironment(
                Map.of("TZ", "America/St_Johns", "LANG", "tr_TR.UTF-8", "LC_ALL", "tr_TR.UTF-8"))
            .in(out)
            .through("taskset", "1", "sh", "-c", "umask 077 && exec \"$0\" \"$@\"");
    FormatArtefacts.buildAll(linuxkit, FormatArtefacts.manifest(work), out);
    SortedMap<String, String> here = hashes(FormatArtefacts.FOLDER);
    assertThat(here).hasSizeGreaterThan(25);
    assertThat(hashes(out)).isEqualTo(here);
  }

  private static SortedMap<String, String> hashes(Path folder) throws Exception {
    SortedMap<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> !f.toString().endsWith(".yml")).toList()) {
        hashes.put(file.getFileName().toString(), hash(file));
      }
    }
    return hashes;
  }

  private static String hash(Path file) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    byte[] buffer = new byte[1 << 20];
    try (var in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
