package linuxkit.cli;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import linuxkit.base.Progress;
import linuxkit.cli.flags.SigningFlags;
import linuxkit.cli.syntax.Flags;
import linuxkit.engine.ImageAccess;
import linuxkit.engine.signing.ImageSigner;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Reference;

/** Signs the images of components, if a key is given, when they are pushed or built. */
final class SignedPush implements AutoCloseable {
  private final Optional<ImageSigner.Signature> signature;
  // An index usually gets several names.
  private final Set<String> signed = new HashSet<>();

  private SignedPush(Optional<ImageSigner.Signature> signature) {
    this.signature = signature;
  }

  /** Opens the key that {@code --sign} names, if it is given. */
  static SignedPush of(Flags flags, GlobalFlags global) {
    return new SignedPush(SigningFlags.of(flags, SigningFlags.SIGN, global.environment()));
  }

  /**
   * Returns what signs each image of which a registry reports that it has it.
   *
   * @param line receives each name with its digest, after it was signed
   */
  Consumer<String> pushed(ImageAccess access, Progress progress, Consumer<String> line) {
    return each(line, image -> new ImageSigner(access, progress).signPushed(image, key()));
  }

  /** Returns what signs each image that was made of what several machines have pushed. */
  Consumer<String> gathered(ImageAccess access, Progress progress, Consumer<String> line) {
    return each(line, image -> new ImageSigner(access, progress).sign(image, key()));
  }

  private ImageSigner.Signature key() {
    return signature.orElseThrow();
  }

  private Consumer<String> each(Consumer<String> line, Consumer<Reference> sign) {
    return name -> {
      Reference image = Reference.parse(name);
      String exactly = image.locator() + "@" + image.digest();
      if (signature.isPresent() && signed.add(exactly)) {
        sign.accept(image);
      }
      line.accept(name);
    };
  }

  /** Signs an image in the store. */
  void built(ImageAccess access, Progress progress, Reference image) {
    Optional<Descriptor> root = access.store().find(image);
    if (signature.isPresent() && root.isPresent()) {
      new ImageSigner(access, progress).signStored(image, root.get(), signature.get());
    }
  }

  @Override
  public void close() {
    signature.ifPresent(with -> with.key().close());
  }
}
