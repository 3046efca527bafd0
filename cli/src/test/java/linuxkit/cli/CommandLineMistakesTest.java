package linuxkit.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import linuxkit.boot.Formats;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks the command lines that sections 1 to 3 of the command line's specification refuse. */
class CommandLineMistakesTest extends MistakesFixture {
  private static Arguments in(String section, String line, String message) {
    return Arguments.of(section, line, message);
  }

  static Stream<Arguments> flags() {
    String formats =
        "\n  hint: did you mean kernel+initrd? the formats are "
            + String.join(", ", Formats.labels());
    return Stream.of(
        in("1.1", "build", "missing argument: FILE…\n  hint: see 'linuxkit build --help'"),
        in(
            "1.1",
            "why good.yml",
            "missing argument: SYSTEM PATH\n  hint: see 'linuxkit why --help'"),
        in("1.1", "nothing", "no such command: linuxkit nothing\n  hint: see 'linuxkit --help'"),
        in("1.3", "-q -v 1 version", "-q and -v cannot be combined\n  hint: use only one of them"),
        in("1.3", "-v 4 version", "invalid verbosity: 4\n  hint: use a number from 0 to 3"),
        in(
            "1.4",
            "build --mirror x good.yml",
            "invalid mirror \"x\": the URL does not begin with http:// or https://\n"
                + "  hint: write it as [registry=]http(s)://host[/path]"),
        in(
            "1.4",
            "build --cert-file none good.yml",
            "none: cannot read the certificates: no such file or directory\n  hint: check the path"),
        in(
            "3.1",
            "build -f kernel+initrds good.yml",
            "unknown output format 'kernel+initrds'" + formats),
        in(
            "3.1",
            "build -f vhd,tar --o x good.yml",
            "--o takes one format, not 2\n  hint: use --name and --dir for several formats"),
        in(
            "3.1",
            "build --o x --name y good.yml",
            "--o cannot be combined with --name or --dir\n  hint: use --o for one file, or --name and --dir"),
        in(
            "3.1",
            "build --o x --dir y good.yml",
            "--o cannot be combined with --name or --dir\n  hint: use --o for one file, or --name and --dir"),
        in(
            "3.1",
            "build --o x -f vhd good.yml",
            "the format vhd cannot be written as a stream, which --o requires\n"
                + "  hint: use --name and --dir"),
        in(
            "3.1",
            "build --input-tar good.tar -f tar good.yml",
            "--input-tar names a file that the build writes: good.tar\n  hint: choose another file"),
        in(
            "3.1",
            "build --input-tar good-bios.img.zst -f raw-bios --compress zstd good.yml",
            "--input-tar names a file that the build writes: good-bios.img.zst\n"
                + "  hint: choose another file"),
        in(
            "3.1",
            "build -f rpi3 --arch amd64 --compress none --budget x good.yml",
            "the format rpi3 cannot be built: a Raspberry Pi 3 boots arm64, not amd64\n"
                + "  hint: the formats for amd64 are kernel+initrd, tar, docker, tar-kernel-initrd,"
                + " kernel+initrd-nogz, kernel+squashfs, kernel+erofs, kernel+iso, iso, iso-bios,"
                + " iso-efi, iso-efi-initrd, uki, raw, raw-bios, raw-efi, qcow2-bios, qcow2-efi,"
                + " aws, gcp, vhd, dynamic-vhd, vhdx, vmdk, ova"),
        in(
            "3.1",
            "build --input-tar x.tar --o x.tar good.yml",
            "--input-tar names a file that the build writes: x.tar\n  hint: choose another file"),
        in(
            "3.1",
            "build -f tar --dir y --report y/x/../good.tar good.yml",
            "the report would overwrite an output of the build: y/x/../good.tar\n"
                + "  hint: choose another name for the report"),
        in(
            "3.1",
            "build -f vmdk --qcow2-compression zstd good.yml",
            "--qcow2-compression is for the format qcow2-bios, which is not requested\n"
                + "  hint: remove the flag, or add -f qcow2-bios"),
        in(
            "3.1",
            "build -f kernel+erofs --erofs-compression gzip good.yml",
            "unknown compression: gzip\n  hint: use none, lz4 or zstd"),
        in(
            "3.1",
            "build -f kernel+squashfs --squashfs-compression lz4 good.yml",
            "unknown compression: lz4\n  hint: use gzip, zstd or xz"),
        in(
            "3.1",
            "build --input-tar x.tar --pull good.yml",
            "--input-tar and --pull cannot be combined\n  hint: use only one of them"),
        in(
            "3.1",
            "-q build -f tar --dir good.yml good.yml",
            "good.yml: cannot write to the directory: not a directory\n  hint: check the path"),
        in(
            "3.1",
            "build --dir nowhere good.yml",
            "nowhere: cannot write to the directory: no such file or directory\n  hint: check the path"),
        in(
            "3.1",
            "build --size 5X good.yml",
            "invalid disk size: 5X\n  hint: write it as 512M or 2G"),
        in(
            "1.5",
            "pkg show-tag --dev pkg",
            "--dev names images after the user, but the variable USER is not set\n"
                + "  hint: set it, or use --org NAME"),
        in(
            "2.1",
            "build nowhere.yml",
            "nowhere.yml: cannot read the manifest: no such file or directory\n  hint: check the path"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("flags")
  void reportsMistakesOfCommandLines(String section, String line, String message) {
    List<String> args = new ArrayList<>();
    for (String word : line.split(" ", -1)) {
      args.add(word.equals("good.yml") ? folder.resolve(word).toString() : word);
    }
    refused(section, message, args.toArray(String[]::new));
  }
}
