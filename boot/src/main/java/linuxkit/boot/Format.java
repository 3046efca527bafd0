package linuxkit.boot;

import java.util.Arrays;
import java.util.List;
import linuxkit.base.Nearest;

/** The forms in which a system is written (section 4.1 of the command line's specification). */
public enum Format {
  KERNEL_INITRD("kernel+initrd"),
  TAR("tar"),
  DOCKER("docker"),
  TAR_KERNEL_INITRD("tar-kernel-initrd");

  private final String label;

  Format(String label) {
    this.label = label;
  }

  /** As it is written on the command line. */
  public String label() {
    return label;
  }

  /** What is put after a system's name to make those of its artefacts, in order. */
  public List<String> suffixes() {
    return switch (this) {
      case KERNEL_INITRD -> List.of("-kernel", "-initrd.img", "-cmdline");
      case TAR -> List.of(".tar");
      case DOCKER -> List.of(".docker");
      case TAR_KERNEL_INITRD -> List.of("-initrd.tar");
    };
  }

  /** Whether it can be written to standard output. */
  public boolean isStreamed() {
    return switch (this) {
      case TAR, DOCKER -> true;
      case KERNEL_INITRD, TAR_KERNEL_INITRD -> false;
    };
  }

  public static List<String> labels() {
    return Arrays.stream(values()).map(Format::label).toList();
  }

  /**
   * @throws OutputFailure for an unknown one, naming the nearest
   */
  public static Format named(String label) {
    return Arrays.stream(values())
        .filter(format -> format.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new OutputFailure(
                    "unknown output format '" + label + "'",
                    "",
                    Nearest.to(label, labels())
                            .map(near -> "did you mean " + near + "? ")
                            .orElse("")
                        + "the formats are "
                        + String.join(", ", labels())));
  }
}
