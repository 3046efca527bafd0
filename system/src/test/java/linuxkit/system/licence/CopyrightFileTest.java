package linuxkit.system.licence;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CopyrightFileTest {
  private static final String FORMAT =
      "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n";

  private static Optional<String> read(String text) {
    return CopyrightFile.licences(text, name -> "LicenseRef-" + name.replaceAll("[^a-z0-9]+", "-"))
        .map(LicenceExpression::text);
  }

  private static String files(String licence) {
    return "Files: *\nCopyright: me\nLicense: " + licence + "\n\n";
  }

  @Test
  void combinesLicencesOfAllFiles() {
    assertThat(
            read(
                """
                # a comment
                Format: http://www.debian.org/doc/packaging-manuals/copyright-format/1.0
                Upstream-Name: x
                License: ignored-in-the-header

                files: *
                Copyright: 2020 somebody
                license: GPL-2+
                 This program is free software.
                 .
                 License: not-a-field

                Files: b/*
                Copyright: 2021 somebody
                License: Expat or GPL-2+

                Files: c
                Copyright: 2022 somebody
                License: GPL-2+

                License: Expat
                 Permission is hereby granted.
                """))
        .contains("GPL-2.0-or-later AND (MIT OR GPL-2.0-or-later)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GPL-2                                   | GPL-2.0-only
          GPL-3+                                  | GPL-3.0-or-later
          GPL-2.0+                                | GPL-2.0-or-later
          LGPL-2.1                                | LGPL-2.1-only
          LGPL-2+                                 | LGPL-2.0-or-later
          AGPL-3                                  | AGPL-3.0-only
          GPL-3.0-or-later                        | GPL-3.0-or-later
          GFDL-1.3+                               | GFDL-1.3-or-later
          GFDL-NIV-1.2                            | GFDL-1.2-no-invariants-only
          Expat                                   | MIT
          bsd-3-CLAUSE                            | BSD-3-Clause
          Apache-2                                | Apache-2.0
          Perl                                    | Artistic-1.0-Perl OR GPL-1.0-or-later
          public-domain                           | LicenseRef-public-domain
          GPL-2+ with Autoconf exception          | GPL-2.0-or-later WITH Autoconf-exception-2.0
          GPL-3+-with-autoconf-exception          | GPL-3.0-or-later WITH Autoconf-exception-3.0
          GPL-3+ with GCC-Runtime-Library exception | GPL-3.0-or-later WITH GCC-exception-3.1
          Apache-2.0 with LLVM-exception          | Apache-2.0 WITH LLVM-exception
          GPL-2 with Linux-syscall-note exception | GPL-2.0-only WITH Linux-syscall-note
          gpl-2+ with strange exception           | LicenseRef-gpl-2-with-strange-exception
          GPL-9                                   | LicenseRef--9
          ISC and Zlib or Expat                   | (ISC AND Zlib) OR MIT
          ISC or Zlib, and Expat                  | (ISC OR Zlib) AND MIT
          ISC and Zlib, or Expat                  | (ISC AND Zlib) OR MIT
          ISC and ISC                             | ISC
          and ISC                                 | LicenseRef-and-
          """)
  void translatesNames(String debian, String spdx) {
    // AND binds more tightly in SPDX, too.
    String expected = spdx.replaceAll("^\\(([^()]* AND [^()]*)\\) OR", "$1 OR");
    assertThat(read(FORMAT + files(debian))).contains(expected);
    assertThat(ExpressionSyntax.isExpression(expected)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "This package was debianized by somebody.\n\nLicense: GPL-2+\n",
        "Format: https://example.org/other-format/1.0/\n\nFiles: *\nLicense: Expat\n",
        "Files: *\nLicense: Expat\n",
        FORMAT,
        FORMAT + "License: Expat\n",
        FORMAT + "Files: *\nCopyright: me\n",
        FORMAT + "Files: *\nLicense:\n a text without a name\n"
      })
  void returnsNothingForOtherFiles(String text) {
    assertThat(read(text)).isEmpty();
  }

  @Test
  void limitsSizes() {
    assertThat(read(FORMAT + licences(CopyrightFile.MAX_LICENCES))).isPresent();
    assertThat(read(FORMAT + licences(CopyrightFile.MAX_LICENCES + 1))).isEmpty();
    assertThat(read(FORMAT + files("a".repeat(CopyrightFile.MAX_LENGTH)))).isPresent();
    assertThat(read(FORMAT + files("a".repeat(CopyrightFile.MAX_LENGTH + 1)))).isEmpty();
  }

  private static String licences(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> files("licence-" + i))
        .collect(Collectors.joining());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "AND", "MIT AND", "MIT MIT", "(MIT", "MIT)", "()", "MIT OR (ISC", "a;b", "+"})
  void otherTextsAreNotExpressions(String text) {
    assertThat(ExpressionSyntax.isExpression(text)).isFalse();
  }

  @FuzzTest
  void readsOrIgnoresAnyFile(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    for (String file : List.of(text, FORMAT + text, FORMAT + files(text))) {
      List<String> others = new ArrayList<>();
      Optional<String> expression =
          CopyrightFile.licences(
                  file,
                  name -> {
                    others.add(name);
                    return "LicenseRef-" + others.size();
                  })
              .map(LicenceExpression::text);
      assertThat(expression.map(ExpressionSyntax::isExpression)).isNotEqualTo(Optional.of(false));
    }
  }
}
