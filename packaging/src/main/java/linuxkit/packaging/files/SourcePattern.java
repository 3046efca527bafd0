package linuxkit.packaging.files;

import linuxkit.yaml.Position;

/**
 * A pattern for files of packages that an image's file is made from.
 *
 * @param position in the definition
 */
public record SourcePattern(PathPattern path, Position position) {}
