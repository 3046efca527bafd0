package linuxkit.filesystem.archive;

import static linuxkit.filesystem.archive.TarBytes.record;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Malicious tar archives, each with its name and the message that refuses it. */
final class TarAttacks {
  private TarAttacks() {}

  private static Arguments attack(String name, String expected, TarBytes archive) {
    return arguments(name, expected, archive);
  }

  private static TarBytes pax(String records) {
    return new TarBytes().extended('x', records).header('0', "file", 0);
  }

  private static TarBytes field(int offset, String bytes) {
    return header('0', block -> TarBytes.put(block, offset, bytes));
  }

  private static TarBytes header(char type, Consumer<byte[]> change) {
    return new TarBytes().header(type, "file", 0, change);
  }

  private static TarBytes name(String name) {
    return new TarBytes().header('0', name, 0);
  }

  private static TarBytes symlink(String name) {
    return new TarBytes().header('2', name, 0, block -> TarBytes.put(block, 157, "/etc"));
  }

  private static TarBytes link(char type, String target) {
    return header(type, block -> TarBytes.put(block, 157, target));
  }

  static Stream<Arguments> names() {
    return Stream.of(
        attack("parent", "leads upwards", name("../../etc/x")),
        attack("parent in the middle", "leads upwards", name("a/../../x")),
        attack("parent at the end", "leads upwards", name("a/..")),
        attack("absolute parent", "leads upwards", name("/../x")),
        attack("only dots", "leads upwards", name("..")),
        attack("parent by pax", "leads upwards", pax(record("path", "../x"))),
        attack(
            "parent by long name",
            "leads upwards",
            new TarBytes().extended('L', "../x\0").header('0', "x", 0)),
        attack(
            "parent by prefix",
            "leads upwards",
            header('0', block -> TarBytes.put(block, 345, "a/.."))),
        attack("empty name", "the root is not a directory", name("")),
        attack("root as a file", "the root is not a directory", name("/.")),
        attack("root as a symlink", "the root is not a directory", symlink("/.")),
        attack("symlink with a name upwards", "leads upwards", symlink("..")),
        attack("symlink with a name upwards at the end", "leads upwards", symlink("x/..")),
        attack("symlink without a name", "the root is not a directory", symlink("")),
        attack("NUL in a header's name", "contains a NUL", field(0, "a\0b")),
        attack("NUL in a pax path", "contains a NUL", pax(record("path", "a\0b"))),
        attack(
            "NUL in a long name",
            "contains a NUL",
            new TarBytes().extended('L', "a\0b\0").header('0', "x", 0)),
        attack(
            "long path by pax", "longer than 4096 bytes", pax(record("path", "a/".repeat(2049)))),
        attack(
            "one MiB path by pax",
            "more than the allowed 1048576",
            pax(record("path", "a/".repeat(1 << 19)))),
        attack(
            "one MiB name by GNU",
            "longer than 4096 bytes",
            new TarBytes().extended('L', "a/".repeat(1 << 19)).header('0', "x", 0)),
        attack("component of 256 bytes", "255 bytes", pax(record("path", "n".repeat(256)))),
        attack("slash on a file", "ends in a slash", name("file/")),
        attack(
            "disagreeing long names",
            "differ",
            new TarBytes()
                .extended('L', "a")
                .extended('x', record("path", "b"))
                .header('0', "c", 0)));
  }

  static Stream<Arguments> links() {
    return Stream.of(
        attack("symlink to nothing", "the target of the link is missing", link('2', "")),
        attack("hard link to nothing", "the target of the link is missing", link('1', "")),
        attack("hard link to the root", "the target of the link is missing", link('1', "./")),
        attack("hard link upwards", "leads upwards", link('1', "../../etc/shadow")),
        attack("hard link upwards from the root", "leads upwards", link('1', "/../etc/shadow")),
        attack("NUL in a target", "contains a NUL", link('2', "a\0b")),
        attack(
            "long target",
            "longer than 4096 bytes",
            new TarBytes()
                .extended('x', record("linkpath", "a/".repeat(2049)))
                .header('2', "x", 0)),
        attack(
            "hard link with content",
            "the entry has content but",
            new TarBytes()
                .header('1', "file", 4, block -> TarBytes.put(block, 157, "a"))
                .data("text")));
  }

  static Stream<Arguments> sizes() {
    return Stream.of(
        attack("negative octal size", "not an octal number", field(124, "-0000000001\0")),
        attack("octal size with an 8", "not an octal number", field(124, "00000000008\0")),
        attack("octal size with text behind", "not an octal number", field(124, "0000 000001\0")),
        attack("hexadecimal size", "not an octal number", field(124, "0x000000010\0")),
        attack(
            "negative binary size",
            "the size is negative",
            field(124, "\377\377\377\377\377\377\377\377\377\377\377\377")),
        attack(
            "binary size of 2^63 - 1",
            "the size is out of range",
            field(124, "\200\0\0\0\177\377\377\377\377\377\377\377")),
        attack(
            "binary size of 2^63",
            "the size is out of range",
            field(124, "\200\0\0\0\200\0\0\0\0\0\0\0")),
        attack(
            "binary size of 2^94",
            "the size is out of range",
            field(124, "\277\377\377\377\377\377\377\377\377\377\377\377")),
        attack("pax size of 2^63", "out of range", pax(record("size", "9223372036854775808"))),
        attack("pax size of 2^63 - 1", "out of range", pax(record("size", "9223372036854775807"))),
        attack("negative pax size", "not a number", pax(record("size", "-1"))),
        attack("pax size with a sign", "not a number", pax(record("size", "+1"))),
        attack("pax size in other digits", "not a number", pax(record("size", "\331\241"))),
        attack(
            "fifo with content",
            "the entry has content but",
            new TarBytes().header('6', "fifo", 4).data("text")),
        attack(
            "directory with a pax size",
            "the entry has content but",
            new TarBytes().extended('x', record("size", "4")).header('5', "d", 0).data("text")),
        attack("huge pax header", "more than the", header('x', size("00010000000\0"))),
        attack("huge global header", "more than the", header('g', size("77777777777\0"))),
        attack("huge long name", "longer than 4096", header('L', size("77777777777\0"))),
        attack("time of 300,000 digits", "not a number", pax(record("mtime", "9".repeat(300_000)))),
        attack(
            "time with a fraction of 300,000 digits",
            "not a number",
            pax(record("mtime", "1." + "9".repeat(300_000)))),
        attack("time with an exponent", "not a number", pax(record("mtime", "9e9999999"))),
        attack("uid of 2^32", "out of range", pax(record("uid", "4294967296"))),
        attack("uid of 2^32 - 1", "out of range", pax(record("uid", "4294967295"))),
        attack("gid of 2^32", "out of range", field(116, "\200\0\0\1\0\0\0\0")),
        attack(
            "device of a huge major",
            "device major",
            header('3', block -> TarBytes.put(block, 329, "0010000\0"))),
        attack(
            "device of a huge minor",
            "device minor",
            header('4', block -> TarBytes.put(block, 337, "4000000\0"))));
  }

  static Consumer<byte[]> size(String field) {
    return block -> TarBytes.put(block, 124, field);
  }

  static Stream<Arguments> records() {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i <= 10_000; i++) {
      many.append(record("SCHILY.xattr.user.a" + i, ""));
    }
    return Stream.of(
        attack("length too long", "its declared length", pax("99 path=a\n")),
        attack("length too short", "its declared length", pax("5 path=a\n")),
        attack("length of one", "its declared length", pax("1 path=a\n")),
        attack("length of zero", "has no length", pax("0 path=a\n")),
        attack("length with a leading zero", "has no length", pax("010 path=a\n")),
        attack("negative length", "has no length", pax("-9 path=a\n")),
        attack("length of many digits", "has no length", pax("999999999999 path=a\n")),
        attack("no length", "has no length", pax("path=a\n")),
        attack("no newline", "its declared length", pax("10 path=abc")),
        attack("no equals sign", "its declared length", pax("8 patha\n")),
        attack("no key", "its declared length", pax("5 =a\n")),
        attack("zeros behind the records", "has no length", pax(record("path", "a") + "\0\0")),
        attack("too many xattrs", "more than 10000 records", pax(many.toString())),
        attack(
            "xattr of one MiB",
            "more than the allowed 1048576",
            pax(record("SCHILY.xattr.user.a", "v".repeat(1 << 20)))),
        attack(
            "xattr without a name",
            "invalid name of an extended attribute",
            pax(record("SCHILY.xattr.", "v"))),
        attack(
            "xattr with a NUL",
            "invalid name of an extended attribute",
            pax(record("SCHILY.xattr.user.\0", "v"))),
        attack(
            "two pax headers",
            "two pax headers",
            new TarBytes()
                .extended('x', record("path", "a"))
                .extended('x', record("path", "b"))
                .header('0', "c", 0)),
        attack(
            "two long names",
            "two long names",
            new TarBytes().extended('L', "a").extended('L', "b").header('0', "c", 0)),
        attack(
            "two long link names",
            "two long link names",
            new TarBytes().extended('K', "a").extended('K', "b").header('2', "c", 0)),
        attack(
            "global path",
            "sets \"path\" for all",
            new TarBytes().extended('g', record("path", "a")).header('0', "b", 0)),
        attack(
            "global size",
            "sets \"size\" for all",
            new TarBytes().extended('g', record("size", "512")).header('0', "b", 0)),
        attack(
            "global xattr",
            "for all",
            new TarBytes().extended('g', record("SCHILY.xattr.a", "b")).header('0', "b", 0)),
        attack(
            "xattr name that is not UTF-8",
            "not valid UTF-8",
            pax(record("SCHILY.xattr.user.\344", "b"))),
        attack(
            "global sparse map",
            "for all",
            new TarBytes().extended('g', record("GNU.sparse.size", "1")).header('0', "b", 0)),
        attack(
            "global header between",
            "stands between",
            new TarBytes()
                .extended('x', record("path", "a"))
                .extended('g', record("uid", "1"))
                .header('0', "b", 0)),
        attack(
            "pax header at the end",
            "ends after an extended header",
            new TarBytes().extended('x', record("path", "a")).end()),
        attack("unknown type", "unknown type: \"V\"", header('V', _ -> {})),
        attack("type that is not a letter", "unknown type: \"\\x9b\"", header('\u009b', _ -> {})));
  }
}
