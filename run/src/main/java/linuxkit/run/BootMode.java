package linuxkit.run;

/** What the path given to a run stands for, where it is said rather than found out. */
public enum BootMode {
  /** The prefix of a kernel, an initrd and a command line. */
  KERNEL,
  /** The prefix of a kernel, a squashfs root and a command line. */
  SQUASHFS,
  /** An ISO image, or its name without {@code .iso}. */
  ISO
}
