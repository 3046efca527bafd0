package linuxkit.run;

/** The kind of image at a {@link BootSource}'s path, given instead of detecting it. */
public enum BootMode {
  /** The prefix of a kernel, an initrd and a command line. */
  KERNEL,
  /** The prefix of a kernel, a squashfs root and a command line. */
  SQUASHFS,
  /** An ISO image, or its name without {@code .iso}. */
  ISO
}
