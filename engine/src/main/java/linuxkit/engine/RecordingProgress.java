package linuxkit.engine;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import linuxkit.base.NameBytes;
import linuxkit.base.Progress;

/** Passes messages on, and keeps the information and warnings among them. */
final class RecordingProgress implements Progress {
  record Line(boolean warning, String text) {
    void report(Progress progress) {
      if (warning) {
        progress.warn(text);
      } else {
        progress.info(text);
      }
    }
  }

  private final Progress progress;
  private final List<Line> lines = new ArrayList<>();

  RecordingProgress(Progress progress) {
    this.progress = progress;
  }

  @Override
  public void info(String line) {
    add(new Line(false, line));
  }

  @Override
  public void warn(String line) {
    add(new Line(true, line));
  }

  private synchronized void add(Line line) {
    lines.add(line);
    line.report(progress);
  }

  @Override
  public void detail(String line) {
    progress.detail(line);
  }

  @Override
  public Task begin(String label, long total) {
    return progress.begin(label, total);
  }

  synchronized void write(DataOutputStream out) throws IOException {
    out.writeInt(lines.size());
    for (Line line : lines) {
      out.writeBoolean(line.warning());
      byte[] text = NameBytes.encode(line.text());
      out.writeInt(text.length);
      out.write(text);
    }
  }

  static List<Line> read(DataInputStream in) throws IOException {
    List<Line> lines = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      boolean warning = in.readBoolean();
      byte[] text = in.readNBytes(in.readInt());
      lines.add(new Line(warning, NameBytes.decode(text)));
    }
    return lines;
  }
}
