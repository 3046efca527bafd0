package linuxkit.packaging.files;

import java.io.Serial;
import linuxkit.base.Failure;
import linuxkit.base.Printable;
import linuxkit.yaml.Position;
import org.jspecify.annotations.Nullable;

/** A file of an image cannot be made from what the packages have. */
public final class PackageFileFailure extends Failure {
  @Serial private static final long serialVersionUID = 1;

  private PackageFileFailure(String what, Position where, String hint, @Nullable Throwable cause) {
    super(Printable.line(what), where.toString(), hint, cause);
  }

  static PackageFileFailure missing(String path, Position position) {
    return new PackageFileFailure(
        "no file of the packages is " + path,
        position,
        "check the path, or add the package that has the file",
        null);
  }

  static PackageFileFailure tooLarge(String path, Position position) {
    return new PackageFileFailure(
        "the file /" + path + " is too large for a certificate",
        position,
        "let the pattern match only certificates",
        null);
  }

  static PackageFileFailure notCertificate(String path, Position position, Throwable cause) {
    return new PackageFileFailure(
        "the file /" + path + " does not consist of X.509 certificates",
        position,
        "let the pattern match only certificates",
        cause);
  }
}
