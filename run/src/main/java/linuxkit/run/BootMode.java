package linuxkit.run;

/** Tells what the path of a {@link BootSource} stands for, where it is not detected. */
public enum BootMode {
  /** The prefix of a kernel, an initrd and a command line. */
  KERNEL,
  /** The prefix of a kernel, a squashfs root and a command line. */
  SQUASHFS,
  /** An ISO image, or its name without {@code .iso}. */
  ISO
}
