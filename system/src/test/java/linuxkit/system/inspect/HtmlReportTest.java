package linuxkit.system.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TimeZone;
import linuxkit.base.Progress;
import linuxkit.system.assembly.MemoryImages;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
  private final MemoryImages images =
      new MemoryImages()
          .add(
              "lk/web:1",
              f ->
                  f.file("usr/<script>alert(1)</script>/x", new byte[70_000])
                      .file("usr/sbin/nginx", new byte[5000])
                      .file("lib/apk/db/installed", "P:musl\nV:1.2.5-r0\n\nP:nginx\nV:1.27-r1\n"));

  private String page(String manifest) {
    return new String(
        HtmlReport.write(
            "web",
            Manifests.assemble(manifest, images),
            Map.of("docker.io/lk/web:1", List.of("sha256:2", "sha256:1")),
            OptionalInt.of(412),
            Progress.silent()),
        UTF_8);
  }

  private static final String WEB =
      "services: [{name: web, image: lk/web:1, capabilities: [CAP_CHOWN], binds: ['/etc/a:/a:ro'],"
          + " net: host}]";

  @Test
  void showsSizesRightsImagesAndPackages() {
    assertThat(page(WEB))
        .contains("<h1>web</h1>", "412 MiB", "services.web", "/usr/sbin: 4.9 KiB", "<li>chown</li>")
        .contains("<li>/etc/a → /a (read-only)</li>", "<li>network</li>")
        .contains(
            "<code>sha256:2</code></td><td><code>sha256:1",
            "nginx <small>1.27-r1</small>",
            "musl <small>1.2.5-r0</small>");
  }

  @Test
  void escapesNamesOfFiles() {
    assertThat(page(WEB)).doesNotContain("<script").contains("/usr/&lt;script&gt;alert(1)&lt;");
  }

  @Test
  void needsNoOtherResources() {
    assertThat(page(WEB)).doesNotContain("http", "src=", "url(", "@import", "<link");
  }

  @Test
  void writesTheSameBytesForTheSameSystem() {
    String first = page(WEB);
    Locale locale = Locale.getDefault();
    TimeZone zone = TimeZone.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG"));
      TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
      assertThat(page(WEB)).isEqualTo(first);
    } finally {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
    }
  }

  @Test
  void writesPageForEmptySystem() {
    assertThat(page("{}")).contains("The system has no files with content.").endsWith("</html>\n");
  }

  @Test
  void dividesTreemapInProportion() {
    List<Long> sizes = List.of(600L, 600L, 400L, 300L, 200L, 200L, 100L, 1L);
    List<Treemap.Area> areas = Treemap.divide(sizes, new Treemap.Area(0, 0, 6, 4));
    double unit = 24.0 / 2401;
    for (int i = 0; i < sizes.size(); i++) {
      Treemap.Area area = areas.get(i);
      assertThat(area.width() * area.height()).isCloseTo(sizes.get(i) * unit, within());
      assertThat(area.left()).isGreaterThan(-1e-9);
      assertThat(area.left() + area.width()).isLessThan(6 + 1e-9);
      assertThat(area.top() + area.height()).isLessThan(4 + 1e-9);
    }
    assertThat(Math.max(areas.get(0).width(), areas.get(0).height()))
        .isLessThan(2 * Math.min(areas.get(0).width(), areas.get(0).height()));
  }

  private static Offset<Double> within() {
    return Offset.offset(1e-9);
  }
}
