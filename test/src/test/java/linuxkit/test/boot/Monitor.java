package linuxkit.test.boot;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * QEMU's monitor, through which a test presses buttons of a machine.
 *
 * @param socket where QEMU listens
 */
record Monitor(Path socket) {
  /** Returns the options of QEMU that make the monitor. */
  List<String> options() {
    return List.of("-monitor", "unix:" + socket + ",server=on,wait=off");
  }

  void pressPowerButton() throws IOException {
    command("system_powerdown");
  }

  /** Makes each write to a drive take more than an hour. */
  void hang(String drive) throws IOException {
    command("block_set_io_throttle " + drive + " 0 0 1 0 0 0");
  }

  private void command(String line) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      awaitPrompt(channel);
      channel.write(ByteBuffer.wrap((line + "\n").getBytes(US_ASCII)));
      awaitPrompt(channel);
    }
  }

  private static void awaitPrompt(SocketChannel channel) throws IOException {
    StringBuilder text = new StringBuilder();
    ByteBuffer part = ByteBuffer.allocate(4096);
    while (text.indexOf("(qemu) ") < 0 && channel.read(part) >= 0) {
      text.append(US_ASCII.decode(part.flip()));
      part.clear();
    }
  }
}
