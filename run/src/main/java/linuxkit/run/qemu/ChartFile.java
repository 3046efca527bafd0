package linuxkit.run.qemu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.base.own.NamedOutput;
import linuxkit.run.chart.BootChart;
import linuxkit.run.chart.ChartPicture;
import linuxkit.run.qemu.state.StateDirectory;

/** Writes the chart of a boot from the console of its guest. */
final class ChartFile {
  private ChartFile() {}

  static void write(Path file, StateDirectory state, Progress progress) {
    BootChart chart;
    try {
      chart = BootChart.read(Files.readString(state.console(), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw FileFailure.of("cannot read the console", state.console(), e);
    }
    if (chart.isEmpty()) {
      progress.warn("the guest wrote no times for a boot chart: it was not built with our init");
      return;
    }
    try {
      byte[] picture = ChartPicture.of(chart).getBytes(StandardCharsets.UTF_8);
      NamedOutput.write(file, out -> out.write(picture));
    } catch (IOException e) {
      throw FileFailure.of("cannot write the boot chart", file, e);
    }
    chart.table().lines().forEach(progress::info);
  }
}
