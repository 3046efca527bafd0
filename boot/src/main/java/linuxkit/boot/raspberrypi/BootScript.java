package linuxkit.boot.raspberrypi;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import linuxkit.filesystem.Content;

/** What U-Boot runs by itself when it finds it on a drive: {@code boot.scr}. */
final class BootScript {
  // Far from where U-Boot unpacks the kernel, whose size it limits to 64 MiB, and from itself, at
  // the end of a memory of 1 GiB.
  private static final String KERNEL = "0x08000000";
  private static final String INITRD = "0x0c000000";

  private BootScript() {}

  /**
   * Starts the kernel with the device tree that the firmware gave to U-Boot, in which it has
   * written down what it knows of the machine.
   *
   * @param cmdline the kernel command line, one line
   */
  static Content of(String kernel, String initrd, String cmdline) {
    String load = "load ${devtype} ${devnum}:${distro_bootpart} ";
    String text =
        String.join(
            "\n",
            "setenv bootargs " + quoted(cmdline),
            // The device tree grows, and is copied to where there is room; the initrd stays.
            "setenv fdt_high",
            "setenv initrd_high ffffffffffffffff",
            load + KERNEL + " " + kernel,
            load + INITRD + " " + initrd,
            "bootm " + KERNEL + " " + INITRD + " ${fdtcontroladdr}",
            "");
    byte[] script = text.getBytes(StandardCharsets.UTF_8);
    // A list of sizes that ends in 0, and the only script.
    return Content.of(
        ByteBuffer.allocate(8 + script.length).putInt(script.length).putInt(0).put(script).array());
  }

  /** As one word, whatever is in it, for U-Boot's shell. */
  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
