package linuxkit.filesystem.erofs;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import linuxkit.filesystem.erofs.codec.BlockOutput;

/**
 * Writes all directories: first the blocks of the large ones, then the inodes with small contents
 * inline. Since a directory and its parent refer to each other, all positions are determined before
 * anything is written.
 */
final class Directories {
  private static final int BLOCK = BlockOutput.BLOCK;

  /** The position of a directory, determined before its content can be encoded. */
  private record Place(ErofsInode inode, DirectoryBlocks content, long block, int tail) {
    int size() {
      return content.size();
    }

    int blocks() {
      return Math.ceilDiv(size() - tail, BLOCK);
    }
  }

  private final ImagePlan plan;
  private final InodeEncoder encoder;
  private final BlockOutput out;
  private final MessageDigest hash;

  Directories(ImagePlan plan, InodeEncoder encoder, BlockOutput out, MessageDigest hash) {
    this.plan = plan;
    this.encoder = encoder;
    this.out = out;
    this.hash = hash;
  }

  /**
   * Writes all directories except for the inode of the root.
   *
   * @return the inode of the root, which belongs in the first block
   */
  byte[] write() throws IOException {
    List<Place> places = settle();
    for (Place place : places) {
      if (place.blocks() > 0) {
        byte[] content = place.content.encode();
        hash.update(content);
        out.write(content, 0, place.size() - place.tail);
        out.pad();
      }
    }
    for (Place place : places.subList(1, places.size())) {
      byte[] inode = inode(place);
      hash.update(inode);
      out.padTo(place.inode.nid() * InodeEncoder.SLOT);
      out.write(inode);
    }
    out.pad();
    return inode(places.getFirst());
  }

  private List<Place> settle() {
    List<Place> places = new ArrayList<>();
    long block = out.block();
    int room = ErofsSuperblock.ROOT_ROOM;
    for (ErofsInode inode : plan.directories()) {
      DirectoryBlocks content = new DirectoryBlocks(inode, plan);
      int size = content.size();
      int tail = size % BLOCK;
      Place place =
          new Place(inode, content, block, encoder.headSize(inode, size) + tail > room ? 0 : tail);
      places.add(place);
      block += place.blocks();
      room = BLOCK;
    }
    ErofsSuperblock.placeRoot(places.getFirst().inode);
    long offset = block * BLOCK;
    for (Place place : places.subList(1, places.size())) {
      int length = encoder.headSize(place.inode, place.size()) + place.tail;
      if (offset % BLOCK + length > BLOCK) {
        offset = BlockOutput.blocks(offset) * BLOCK;
      }
      place.inode.place(offset);
      offset = Math.ceilDiv(offset + length, InodeEncoder.SLOT) * InodeEncoder.SLOT;
    }
    return places;
  }

  private byte[] inode(Place place) {
    long block = place.blocks() == 0 ? ErofsFileData.NO_BLOCK : place.block;
    ErofsFileData data =
        place.tail == 0
            ? ErofsFileData.plain(place.size(), block)
            : ErofsFileData.inline(
                place.size(),
                block,
                Arrays.copyOfRange(
                    place.content.encode(), place.size() - place.tail, place.size()));
    return encoder.encode(place.inode, data);
  }
}
