package linuxkit.engine.publish;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Printable;
import linuxkit.base.Progress;
import linuxkit.oci.Reference;
import linuxkit.oci.ReferenceFailure;
import linuxkit.packaging.PackageFolder;
import linuxkit.packaging.PackageOptions;
import linuxkit.packaging.git.GitRepositories;

/**
 * The tags under which a component is released: that of {@code --release}, or else the tags that
 * git has for the commit that is checked out, as in LinuxKit.
 */
public final class ReleaseTags {
  private final PackageOptions options;
  private final Optional<String> given;
  private final Optional<GitRepositories> repositories;
  private final Progress progress;

  private ReleaseTags(
      PackageOptions options,
      Optional<String> given,
      Optional<GitRepositories> repositories,
      Progress progress) {
    this.options = options;
    this.given = given;
    this.repositories = repositories;
    this.progress = progress;
  }

  /**
   * Returns the tags for a push.
   *
   * @param given {@code --release}
   */
  public static ReleaseTags of(
      PackageOptions options,
      Optional<String> given,
      GitRepositories repositories,
      Progress progress) {
    return new ReleaseTags(options, given, Optional.of(repositories), progress);
  }

  /** Returns the tag that is given, and does not ask git. */
  public static ReleaseTags given(
      PackageOptions options, Optional<String> given, Progress progress) {
    return new ReleaseTags(options, given, Optional.empty(), progress);
  }

  /**
   * Checks that the component may be pushed under its name, and that the given tag is one.
   *
   * @throws PublicationFailure if the folder has changes, or the name is that of another commit
   */
  public void check(PackageFolder folder) {
    if (folder.isDirty()) {
      throw PublicationFailure.dirty(folder.path(), folder.reference());
    }
    if (!options.hashCommit().equals("HEAD") && options.hash().isEmpty()) {
      throw PublicationFailure.otherCommit(folder.path(), options.hashCommit());
    }
    checkTag(folder);
  }

  private void checkTag(PackageFolder folder) {
    if (given.isPresent() && name(folder, given.get()).isEmpty()) {
      throw PublicationFailure.release(folder.path(), given.get());
    }
  }

  /** Returns the names of the component's index as a release. */
  List<Reference> of(PackageFolder folder) {
    if (given.isPresent()) {
      checkTag(folder);
      return name(folder, given.get()).stream().toList();
    }
    List<Reference> names = new ArrayList<>();
    for (String tag : tags(folder)) {
      name(folder, tag)
          .ifPresentOrElse(
              names::add,
              () ->
                  progress.warn(
                      "There is no release for the git tag "
                          + Printable.line(tag)
                          + ", which cannot be the tag of an image."));
    }
    return names;
  }

  private List<String> tags(PackageFolder folder) {
    return repositories
        .flatMap(all -> all.around(folder.path()))
        .map(repository -> repository.commit("HEAD").map(repository::tagsAt).orElse(List.of()))
        .orElse(List.of());
  }

  private static Optional<Reference> name(PackageFolder folder, String tag) {
    Reference image = folder.reference();
    try {
      Reference name = Reference.parse(image.locator() + ":" + tag);
      return Optional.of(name)
          .filter(n -> n.tag().equals(tag) && n.locator().equals(image.locator()));
    } catch (ReferenceFailure _) {
      return Optional.empty();
    }
  }
}
