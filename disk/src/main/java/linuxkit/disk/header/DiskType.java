package linuxkit.disk.header;

import java.util.Arrays;
import java.util.Optional;

/** A format that holds a disk. */
public enum DiskType {
  RAW,
  QCOW2,
  VMDK,
  VHDX,
  VHD;

  /** Returns the name in lower case. */
  public String label() {
    return switch (this) {
      case RAW -> "raw";
      case QCOW2 -> "qcow2";
      case VMDK -> "vmdk";
      case VHDX -> "vhdx";
      case VHD -> "vhd";
    };
  }

  /** Finds a format by its {@link #label}. */
  public static Optional<DiskType> find(String label) {
    return Arrays.stream(values()).filter(type -> type.label().equals(label)).findFirst();
  }
}
