package linuxkit.filesystem.erofs;

/** How the content of files is stored. */
public enum ErofsCompression {
  /** As it is; what lies in whole blocks can be mapped into memory without a copy. */
  NONE,
}
