package linuxkit.boot.raspberrypi;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import linuxkit.filesystem.Content;

/** Writes {@code boot.scr}, the script that U-Boot runs when it finds it on a drive. */
final class BootScript {
  // Far from where U-Boot unpacks the kernel, which it limits to 64 MiB, and from U-Boot itself at
  // the end of 1 GiB of memory.
  private static final String KERNEL = "0x08000000";
  private static final String INITRD = "0x0c000000";

  private BootScript() {}

  /**
   * Returns a script that starts the kernel with the device tree that U-Boot got from the firmware,
   * which has filled in the details of the machine.
   *
   * @param cmdline the kernel command line, on one line
   */
  static Content of(String kernel, String initrd, String cmdline) {
    String load = "load ${devtype} ${devnum}:${distro_bootpart} ";
    String text =
        String.join(
            "\n",
            "setenv bootargs " + quoted(cmdline),
            // Lets U-Boot move the device tree, which grows, but not the initrd.
            "setenv fdt_high",
            "setenv initrd_high ffffffffffffffff",
            load + KERNEL + " " + kernel,
            load + INITRD + " " + initrd,
            "bootm " + KERNEL + " " + INITRD + " ${fdtcontroladdr}",
            "");
    byte[] script = text.getBytes(StandardCharsets.UTF_8);
    // The sizes of all scripts, ended by 0, then the only script.
    return Content.of(
        ByteBuffer.allocate(8 + script.length).putInt(script.length).putInt(0).put(script).array());
  }

  /** Quotes any text as one word for U-Boot's shell. */
  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
