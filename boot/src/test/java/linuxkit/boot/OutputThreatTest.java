package linuxkit.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import linuxkit.base.own.OwnFolderFailure;
import linuxkit.base.own.UnixAttributes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The threat T11: outputs in a folder where other users may create files. */
class OutputThreatTest extends OutputsFixture {
  private static final int NOBODY = 65534;

  private Path sticky;

  @BeforeEach
  void stickyFolder() throws IOException {
    assumeThat(UnixAttributes.of(directory).user()).as("only root gives files away").isZero();
    sticky = Files.createDirectory(directory.resolve("sticky"));
    Files.setAttribute(sticky, "unix:mode", 01777);
  }

  private static Path give(Path path) throws IOException {
    Files.setAttribute(path, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
    return path;
  }

  @Test
  void t11LinkOfAnotherUserInAStickyFolderIsNotFollowed() throws IOException {
    Path precious = Files.writeString(directory.resolve("precious"), "precious");
    Path link = give(Files.createSymbolicLink(sticky.resolve("out.tar"), precious));
    assertThatThrownBy(() -> outputs.write(Systems.full(), Formats.TAR, link))
        .isInstanceOfSatisfying(
            OwnFolderFailure.class, failure -> assertThat(failure.hint()).contains("remove it"));
    assertThat(precious).hasContent("precious");
    // A link of the user's own to it is no better.
    Path own = Files.createSymbolicLink(out.resolve("own.tar"), link);
    assertThatThrownBy(() -> outputs.write(Systems.full(), Formats.TAR, own))
        .isInstanceOf(OwnFolderFailure.class);
    assertThat(precious).hasContent("precious");
  }

  @Test
  void t11FolderThatIsALinkOfAnotherUserIsNotWrittenTo() throws IOException {
    Path link = give(Files.createSymbolicLink(sticky.resolve("out"), out));
    assertThatThrownBy(() -> outputs.write(Systems.full(), List.of(Formats.TAR), link, "web"))
        .isInstanceOf(OwnFolderFailure.class);
    assertThatThrownBy(() -> outputs.write(Systems.full(), Formats.TAR, link.resolve("web.tar")))
        .isInstanceOf(OwnFolderFailure.class);
    assertThat(out).isEmptyDirectory();
  }

  @Test
  void t11LinksOfTheUserAndOfTheFoldersOwnerAreFollowed() throws IOException {
    Path target = directory.resolve("target.tar");
    Path link = Files.createSymbolicLink(sticky.resolve("out.tar"), target);
    outputs.write(Systems.full(), Formats.TAR, link);
    assertThat(target).isRegularFile();
    give(link);
    give(sticky);
    outputs.write(Systems.full(), Formats.TAR, link);
    assertThat(link).isSymbolicLink();
  }

  @Test
  void t11EqualFileOfAnotherUserIsReplaced() throws IOException {
    Path file = out.resolve("web.tar");
    outputs.write(Systems.full(), Formats.TAR, file);
    give(file);
    outputs.write(Systems.full(), Formats.TAR, file);
    assertThat(UnixAttributes.of(file).isOwn()).isTrue();
  }

  @Test
  void t11EqualFileThatOthersMayWriteToIsReplaced() throws IOException {
    Path file = out.resolve("web.tar");
    outputs.write(Systems.full(), Formats.TAR, file);
    Files.setAttribute(file, "unix:mode", 0666);
    outputs.write(Systems.full(), Formats.TAR, file);
    assertThat(UnixAttributes.of(file).mayEverybodyWrite()).isFalse();
    Path second = Files.createLink(directory.resolve("second"), file);
    outputs.write(Systems.full(), Formats.TAR, file);
    assertThat(Files.isSameFile(file, second)).isFalse();
  }
}
