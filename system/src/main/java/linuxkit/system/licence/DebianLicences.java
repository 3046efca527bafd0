package linuxkit.system.licence;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Translates Debian's short names of licences into SPDX identifiers. */
final class DebianLicences {
  /** SPDX identifiers that serve as short names, too. */
  private static final List<String> SAME =
      List.of(
          """
          0BSD AFL-2.1 AFL-3.0 Apache-1.0 Apache-1.1 Apache-2.0 Artistic-2.0 BSD-1-Clause
          BSD-2-Clause BSD-2-Clause-Patent BSD-3-Clause BSD-3-Clause-Clear BSD-3-Clause-LBNL
          BSD-4-Clause BSD-4-Clause-UC BSD-Source-Code BSL-1.0 Beerware CC-BY-2.0 CC-BY-2.5 CC-BY-3.0
          CC-BY-4.0 CC-BY-SA-2.0 CC-BY-SA-2.5 CC-BY-SA-3.0 CC-BY-SA-4.0 CC0-1.0 CDDL-1.0 CDDL-1.1
          CPL-1.0 ECL-2.0 EFL-1.0 EFL-2.0 EPL-1.0 EPL-2.0 EUPL-1.1 EUPL-1.2 FSFAP FSFUL FSFULLR FTL
          HPND HPND-sell-variant ICU IJG ISC Info-ZIP JSON LPPL-1.3c Libpng Linux-OpenIB MIT MIT-0
          MIT-CMU MPL-1.0 MPL-1.1 MPL-2.0 MS-PL MirOS NAIST-2003 NCSA NTP Naumen OFL-1.0 OFL-1.1
          OLDAP-2.8 OpenSSL PHP-3.01 PSF-2.0 PostgreSQL Python-2.0 QPL-1.0 RSA-MD Ruby SGI-B-2.0
          SMLNJ SSH-OpenSSH SSH-short Sleepycat Spencer-94 TCL TCP-wrappers UPL-1.0
          Unicode-3.0 Unicode-DFS-2015 Unicode-DFS-2016 Unlicense Vim W3C WTFPL X11 Zlib ZPL-2.0
          ZPL-2.1 blessing bzip2-1.0.6 curl libtiff mpich2 snprintf
          """
              .strip()
              .split("\\s+"));

  /** Short names that differ from SPDX's: pairs of both. */
  private static final Map<String, String> DIFFERENT =
      Map.ofEntries(
          Map.entry("Artistic", "Artistic-1.0-Perl"),
          Map.entry("Artistic-1", "Artistic-1.0-Perl"),
          Map.entry("BSD-4-clause-UCB", "BSD-4-Clause-UC"),
          Map.entry("Boost-1.0", "BSL-1.0"),
          Map.entry("CC0", "CC0-1.0"),
          Map.entry("Expat", "MIT"),
          Map.entry("FSF-unlimited", "FSFULLR"),
          Map.entry("MIT/X11", "MIT"),
          Map.entry("PSF-2", "PSF-2.0"),
          Map.entry("SIL-OFL-1.1", "OFL-1.1"),
          Map.entry("WTFPL-2", "WTFPL"),
          Map.entry("zlib/libpng", "Zlib"),
          Map.entry("Zope-2.1", "ZPL-2.1"));

  /** Exceptions by their short names, for some with the version of the GPL that they belong to. */
  static final Map<String, String> EXCEPTIONS =
      Map.ofEntries(
          Map.entry("autoconf 2.0", "Autoconf-exception-2.0"),
          Map.entry("autoconf 3.0", "Autoconf-exception-3.0"),
          Map.entry("bison", "Bison-exception-2.2"),
          Map.entry("classpath", "Classpath-exception-2.0"),
          Map.entry("font", "Font-exception-2.0"),
          Map.entry("gcc 2.0", "GCC-exception-2.0"),
          Map.entry("gcc 3.0", "GCC-exception-3.1"),
          Map.entry("gcc-runtime-library 3.0", "GCC-exception-3.1"),
          Map.entry("libtool", "Libtool-exception"),
          Map.entry("linux-syscall-note", "Linux-syscall-note"),
          Map.entry("llvm", "LLVM-exception"),
          Map.entry("u-boot", "u-boot-exception-2.0"));

  private static final Pattern GNU =
      Pattern.compile("(a|l)?gpl-([1-3])(\\.[01])?(\\+|-or-later|-only)?");
  private static final Pattern FREE_DOCUMENTATION =
      Pattern.compile("gfdl-(niv-)?(1\\.[1-3])(\\+|-or-later|-only)?");
  private static final Pattern MAJOR_VERSION = Pattern.compile(".*-[0-9]");
  private static final Pattern EXCEPTION =
      Pattern.compile("(.*?)[ -]with[ -](.*?)(?:[ -]exception)?");
  static final Map<String, String> BY_NAME = byName();

  private DebianLicences() {}

  private static Map<String, String> byName() {
    Map<String, String> names = new HashMap<>();
    SAME.forEach(id -> names.put(id.toLowerCase(Locale.ROOT), id));
    DIFFERENT.forEach((name, id) -> names.put(name.toLowerCase(Locale.ROOT), id));
    return names;
  }

  /** Returns what SPDX calls a licence, with or without an exception; empty if unknown. */
  static Optional<String> spdx(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    Optional<String> licence = licence(lower);
    if (licence.isPresent() || !lower.contains("with")) {
      return licence;
    }
    Matcher with = EXCEPTION.matcher(lower);
    if (!with.matches()) {
      return licence;
    }
    return licence(with.group(1))
        .flatMap(base -> exception(with.group(2), base).map(id -> base + " WITH " + id));
  }

  private static Optional<String> licence(String lower) {
    String known = BY_NAME.get(lower);
    if (known != null) {
      return Optional.of(known);
    }
    Matcher gnu = GNU.matcher(lower);
    if (gnu.matches()) {
      return gnu(gnu);
    }
    Matcher documentation = FREE_DOCUMENTATION.matcher(lower);
    if (documentation.matches()) {
      String variant = documentation.group(1) == null ? "" : "-no-invariants";
      return Optional.of(
          "GFDL-" + documentation.group(2) + variant + suffix(documentation.group(3)));
    }
    return MAJOR_VERSION.matcher(lower).matches()
        ? Optional.ofNullable(BY_NAME.get(lower + ".0"))
        : Optional.empty();
  }

  private static Optional<String> gnu(Matcher name) {
    String family = (name.group(1) == null ? "" : name.group(1).toUpperCase(Locale.ROOT)) + "GPL";
    String version = name.group(2) + (name.group(3) == null ? ".0" : name.group(3));
    boolean exists =
        switch (family) {
          case "AGPL" -> version.equals("1.0") || version.equals("3.0");
          case "LGPL" -> List.of("2.0", "2.1", "3.0").contains(version);
          default -> version.endsWith(".0");
        };
    return exists ? Optional.of(family + "-" + version + suffix(name.group(4))) : Optional.empty();
  }

  private static String suffix(@Nullable String later) {
    return later == null || later.equals("-only") ? "-only" : "-or-later";
  }

  private static Optional<String> exception(String name, String licence) {
    String version = licence.startsWith("GPL-") ? licence.substring(4, 7) : "";
    return Optional.ofNullable(EXCEPTIONS.get(name))
        .or(() -> Optional.ofNullable(EXCEPTIONS.get(name + " " + version)));
  }
}
