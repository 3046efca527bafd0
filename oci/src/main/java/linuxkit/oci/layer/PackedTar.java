package linuxkit.oci.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import linuxkit.base.io.BlockInput;
import linuxkit.base.io.VerifiedInputStream;
import linuxkit.oci.packed.DamagedPackingException;
import linuxkit.oci.packed.PackedMap;
import linuxkit.oci.packed.PackedReader;
import org.jspecify.annotations.Nullable;

/**
 * A compressed layer, which is read where it is stored. Only verified bytes are unpacked, and a
 * damaged blob is repaired before anything of it is returned.
 */
final class PackedTar implements Layer.Tar {
  /** Makes the map of a layer, and how it is read by means of the map. */
  interface Maps {
    PackedMap map() throws IOException;

    PackedReader reader(PackedMap map);

    InputStream unpacked() throws IOException;
  }

  private final LayerBlob blob;
  private final OpenBlob open;
  private final Maps maps;
  private @Nullable PackedMap map;
  private @Nullable PackedReader reader;

  PackedTar(LayerBlob blob, OpenBlob open, Maps maps) {
    this.blob = blob;
    this.open = open;
    this.maps = maps;
  }

  private synchronized PackedMap map() throws IOException {
    PackedMap known = map;
    if (known == null) {
      known = maps.map();
      map = known;
    }
    return known;
  }

  private synchronized PackedReader reader() throws IOException {
    PackedReader known = reader;
    if (known == null) {
      known = maps.reader(map());
      reader = known;
    }
    return known;
  }

  @Override
  public long size() throws IOException {
    return map().size();
  }

  @Override
  public InputStream stream() throws IOException {
    blob.repair();
    return maps.unpacked();
  }

  @Override
  public boolean verifies() {
    return true;
  }

  @Override
  public InputStream open(long offset, long length, VerifiedInputStream.Damage damage)
      throws IOException {
    return new Range(reader().open(offset, length), offset, length, damage);
  }

  @Override
  public void copy(long offset, long length, OutputStream out, VerifiedInputStream.Damage damage)
      throws IOException {
    Counting counting = new Counting(out);
    try {
      reader().copy(offset, length, counting);
    } catch (DamagedPackingException e) {
      repair(e, damage);
      long done = counting.count;
      try {
        reader().copy(offset + done, length - done, out);
      } catch (DamagedPackingException again) {
        throw damage.of(again.how());
      }
    }
  }

  private void repair(DamagedPackingException e, VerifiedInputStream.Damage damage)
      throws IOException {
    if (!blob.repair()) {
      throw damage.of(e.how());
    }
    open.close();
  }

  @Override
  public boolean canBeRepaired() {
    return false;
  }

  @Override
  public void repair() {}

  private final class Range extends BlockInput {
    private final VerifiedInputStream.Damage damage;
    private final long end;
    private InputStream in;
    private long position;

    Range(InputStream in, long offset, long length, VerifiedInputStream.Damage damage) {
      this.in = in;
      this.position = offset;
      this.end = offset + length;
      this.damage = damage;
    }

    @Override
    protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
      int n;
      try {
        n = in.read(bytes, offset, length);
      } catch (DamagedPackingException e) {
        repair(e, damage);
        in = reader().open(position, end - position);
        n = readRepaired(bytes, offset, length);
      }
      position += Math.max(n, 0);
      return n;
    }

    private int readRepaired(byte[] bytes, int offset, int length) throws IOException {
      try {
        return in.read(bytes, offset, length);
      } catch (DamagedPackingException e) {
        throw damage.of(e.how());
      }
    }
  }

  private static final class Counting extends OutputStream {
    private final OutputStream out;
    private long count;

    Counting(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      count += length;
    }
  }
}
