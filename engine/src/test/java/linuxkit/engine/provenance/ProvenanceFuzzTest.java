package linuxkit.engine.provenance;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.engine.SystemOptions.LockUse;

/** Whatever a provenance says, it is read, or refused with a reason. */
class ProvenanceFuzzTest {
  @FuzzTest
  void readsOrRefusesAnything(byte[] document) {
    try {
      Provenance provenance = ProvenanceReader.parse(document, "fuzz").provenance();
      provenance.dependencies().forEach(Dependency::version);
      RecordedRequest.of(
          provenance.parameters(),
          new RecordedRequest.Surroundings(
              List.of(), List.of(), new LockUse(Optional.empty(), false)),
          Path.of("out"));
    } catch (Failure _) {
      // Refused.
    }
  }
}
