package linuxkit.run.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class BootChartTest {
  private static final String CONSOLE =
      """
      [    1.9] Run /init as init process
      linuxkit-chart: 2000000 begin boot init
      linuxkit-chart: 2100000 begin containerd containerd
      half a line linuxkit-chart: 2200000 begin onboot 000-dhcpcd\r
      linuxkit-chart: 3700000 end onboot 000-dhcpcd\r
      linuxkit-chart: 4000000 end containerd containerd
      linuxkit-chart: 4100000 begin service a<b&c
      linuxkit-chart: 5100000 begin service late
      linuxkit-chart: 5200000 end service a<b&c
      linuxkit-chart: x begin service nonsense
      linuxkit-chart: 6000000 end boot init
      linuxkit-chart: 9000000 begin shutdown 000-bye
      """;

  @Test
  void readsPartsInTheOrderOfTheirBeginnings() {
    BootChart chart = BootChart.read(CONSOLE);
    assertThat(chart.parts())
        .containsExactly(
            new BootChart.Part("kernel", "kernel", 0, 2_000_000),
            new BootChart.Part("boot", "init", 2_000_000, 6_000_000),
            new BootChart.Part("containerd", "containerd", 2_100_000, 4_000_000),
            new BootChart.Part("onboot", "000-dhcpcd", 2_200_000, 3_700_000),
            new BootChart.Part("service", "a<b&c", 4_100_000, 5_200_000),
            new BootChart.Part("service", "late", 5_100_000, 6_000_000));
    assertThat(chart.end()).isEqualTo(6_000_000);
  }

  @Test
  void listsPartsWithStartAndDuration() {
    assertThat(BootChart.read(CONSOLE).table())
        .contains("    2.200 s     1.500 s  onboot     000-dhcpcd\n")
        .endsWith("    6.000 s in all\n");
  }

  @Test
  void drawsARowForEachPart() throws Exception {
    Document svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(ChartPicture.of(BootChart.read(CONSOLE)))));
    assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
    assertThat(svg.getElementsByTagName("rect").getLength()).isEqualTo(1 + 6);
    assertThat(svg.getDocumentElement().getTextContent()).contains("service a<b&c");
  }

  @Test
  void isEmptyWithoutRecords() {
    assertThat(BootChart.read("login: ").isEmpty()).isTrue();
    assertThat(ChartPicture.of(BootChart.read(""))).contains("<svg");
  }
}
