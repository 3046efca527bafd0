package linuxkit.system.sbom;

/** The formats of a bill of materials. */
public enum SbomFormat {
  /** SPDX 2.3, JSON. */
  SPDX(".spdx.json"),
  /** CycloneDX 1.6, JSON. */
  CYCLONEDX(".cdx.json");

  private final String suffix;

  SbomFormat(String suffix) {
    this.suffix = suffix;
  }

  /** Returns the suffix of the names of such files. */
  public String suffix() {
    return suffix;
  }
}
