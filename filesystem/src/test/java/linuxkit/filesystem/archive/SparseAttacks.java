package linuxkit.filesystem.archive;

import static linuxkit.filesystem.archive.TarBytes.record;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Archives with malicious sparse files, each with its name and the message that refuses it. */
final class SparseAttacks {
  private SparseAttacks() {}

  private static Arguments attack(String name, String expected, TarBytes archive) {
    return arguments(name, expected, archive);
  }

  private static TarBytes header(Consumer<byte[]> change) {
    return new TarBytes().header('S', "file", 0, change);
  }

  private static TarBytes sparse(String records, int size) {
    return new TarBytes().extended('x', records).header('0', "file", size).data("d".repeat(size));
  }

  private static String map(String map) {
    return record("GNU.sparse.size", "100") + record("GNU.sparse.map", map);
  }

  private static TarBytes ownMap(String map) {
    String records =
        record("GNU.sparse.major", "1")
            + record("GNU.sparse.minor", "0")
            + record("GNU.sparse.realsize", "100");
    return new TarBytes().extended('x', records).header('0', "file", 512).data(map);
  }

  static Stream<Arguments> sparseFiles() {
    return Stream.of(
        attack("map without size", "size", sparse(record("GNU.sparse.map", "0,1"), 1)),
        attack("size without map", "malformed", sparse(record("GNU.sparse.size", "1"), 0)),
        attack("name without map", "malformed", sparse(record("GNU.sparse.name", "a"), 0)),
        attack(
            "two sizes", "two sizes", sparse(map("0,1") + record("GNU.sparse.realsize", "9"), 1)),
        attack("version 2.0", "version", sparse(map("0,1") + record("GNU.sparse.major", "2"), 1)),
        attack("version 0.2", "version", sparse(map("0,1") + record("GNU.sparse.minor", "2"), 1)),
        attack("odd map", "malformed", sparse(map("0,1,2"), 1)),
        attack("map with letters", "malformed", sparse(map("0,x"), 1)),
        attack("map with signs", "malformed", sparse(map("0,+1"), 1)),
        attack("map with 2^63", "malformed", sparse(map("0,9223372036854775808"), 1)),
        attack(
            "wrong count",
            "malformed",
            sparse(map("0,1") + record("GNU.sparse.numblocks", "2"), 1)),
        attack("overlap", "overlap", sparse(map("0,2,1,2"), 4)),
        attack("wrong order", "order", sparse(map("5,1,0,1"), 2)),
        attack("sum beyond 2^63", "overlap", sparse(map("9,9223372036854775807"), 2)),
        attack("beyond the end", "beyond its end", sparse(map("99,2"), 2)),
        attack("less data", "3 bytes of data, but its map has 4", sparse(map("0,4"), 3)),
        attack("more data", "5 bytes of data, but its map has 4", sparse(map("0,4"), 5)),
        attack(
            "length without offset",
            "malformed",
            sparse(record("GNU.sparse.size", "9") + record("GNU.sparse.numbytes", "1"), 1)),
        attack(
            "two maps",
            "two maps",
            sparse(
                map("0,1") + record("GNU.sparse.offset", "0") + record("GNU.sparse.numbytes", "1"),
                1)),
        attack("map without end", "malformed", ownMap("1\n0\n")),
        attack("map that is too long", "malformed", ownMap("9\n" + "0".repeat(510))),
        attack("map of huge numbers", "malformed", ownMap("1\n0\n99999999999999999999\n")),
        attack("a link with a map", "not a regular file", sparseLink()),
        attack(
            "name upwards",
            "leads upwards",
            sparse(map("0,1") + record("GNU.sparse.name", "../x"), 1)),
        attack("sparse file of star", "form of GNU tar", header(_ -> {})),
        attack("old overlap", "overlap", oldMap(0, 2, 1, 2)),
        attack(
            "old part without length",
            "malformed",
            header(SparseFilesTest.gnu(SparseAttacks::half))),
        attack("old end before more", "malformed", header(SparseFilesTest.gnu(b -> b[482] = 1))),
        attack("old truncated", "truncated", extended()));
  }

  private static TarBytes sparseLink() {
    return new TarBytes()
        .extended('x', map("0,1") + record("linkpath", "x"))
        .header('2', "file", 1)
        .data("d");
  }

  private static void half(byte[] block) {
    TarBytes.put(block, 386, "00000000001\0");
  }

  private static TarBytes oldMap(int... numbers) {
    return new TarBytes()
        .header(
            'S',
            "file",
            4,
            SparseFilesTest.gnu(
                block -> {
                  for (int i = 0; i < numbers.length; i++) {
                    TarBytes.put(block, 386 + 12 * i, "%011o\0".formatted(numbers[i]));
                  }
                  TarBytes.put(block, 483, "00000001000\0");
                }))
        .data("data");
  }

  private static TarBytes extended() {
    return header(
        SparseFilesTest.gnu(
            block -> {
              for (int i = 0; i < 4; i++) {
                TarBytes.put(block, 386 + 24 * i, "%011o\0%011o\0".formatted(i, 0));
              }
              block[482] = 1;
            }));
  }
}
