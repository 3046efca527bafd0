package linuxkit.boot;

import java.nio.file.Path;
import linuxkit.base.FileStamp;

/**
 * A file that a build made.
 *
 * @param stamp of the file as this build left it, even if another build has replaced it since
 */
public record Artefact(Path path, FileStamp stamp) {}
