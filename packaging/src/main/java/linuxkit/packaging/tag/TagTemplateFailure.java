package linuxkit.packaging.tag;

import linuxkit.base.Failure;

/** A tag's template cannot be expanded. */
public final class TagTemplateFailure extends Failure {
  private static final long serialVersionUID = 1;

  TagTemplateFailure(String template, String problem) {
    super(
        "the tag " + template + " is not a valid template: " + problem,
        "",
        "use {{.Hash}}, or {{slice .Hash 0 7}} for a part of it",
        null);
  }
}
