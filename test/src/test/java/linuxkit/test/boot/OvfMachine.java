package linuxkit.test.boot;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** A machine that an Open Virtualization Format descriptor declares, as arguments of QEMU. */
final class OvfMachine {
  private static final String OVF = "http://schemas.dmtf.org/ovf/envelope/1";
  private static final String RASD =
      "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData";

  /** QEMU's names of controllers and cards. */
  private static final Map<String, String> MODELS =
      Map.of(
          "VirtualSCSI", "pvscsi",
          "lsilogicsas", "mptsas1068",
          "AHCI", "ahci",
          "VmxNet3", "vmxnet3",
          "E1000", "e1000",
          "E1000e", "e1000e",
          "PCNet32", "pcnet",
          "virtio", "virtio-net-pci");

  private final Path folder;
  private final Document descriptor;
  private final Map<String, String> controllers = new HashMap<>();
  private final List<String> arguments = new ArrayList<>();
  private int cards;

  /**
   * @param folder where the descriptor and the disks are
   */
  OvfMachine(Path folder, String name) throws Exception {
    this.folder = folder;
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    this.descriptor = factory.newDocumentBuilder().parse(folder.resolve(name).toFile());
    elements("*", "Config").forEach(this::configure);
    elements(OVF, "Item").forEach(this::add);
  }

  List<String> arguments() {
    return arguments;
  }

  /** Returns how many controllers and network cards it has. */
  int devices() {
    return controllers.size() + cards;
  }

  private void configure(Element config) {
    String value = config.getAttributeNS(config.getNamespaceURI(), "value");
    if (value.equals("efi")) {
      arguments.addAll(List.of("-bios", "/usr/share/ovmf/OVMF.fd"));
    } else if (!value.equals("bios")) {
      throw new AssertionError("unknown configuration: " + value);
    }
  }

  private void add(Element item) {
    switch (value(item, "ResourceType")) {
      case "3" -> arguments.addAll(List.of("-smp", value(item, "VirtualQuantity")));
      case "4" -> arguments.addAll(List.of("-m", value(item, "VirtualQuantity")));
      case "5", "6", "20" -> addController(value(item, "InstanceID"), model(item));
      case "10" -> addCard(model(item));
      case "17" -> addDisk(item);
      default -> throw new AssertionError("unknown device: " + item.getTextContent());
    }
  }

  private static String model(Element item) {
    String name = value(item, "ResourceSubType");
    if (!MODELS.containsKey(name)) {
      throw new AssertionError("unknown device: " + name);
    }
    return MODELS.get(name);
  }

  private void addController(String id, String model) {
    controllers.put(id, model);
    arguments.addAll(List.of("-device", model + ",id=controller" + id));
  }

  /** Adds a card. The first one is on the network of {@link Guest}. */
  private void addCard(String model) {
    String network = "n";
    if (cards > 0) {
      network = "n" + cards;
      arguments.addAll(List.of("-netdev", "user,id=" + network));
    }
    cards++;
    arguments.addAll(List.of("-device", model + ",netdev=" + network));
  }

  private void addDisk(Element item) {
    String controller = value(item, "Parent");
    String id = "disk" + value(item, "InstanceID");
    String address = value(item, "AddressOnParent");
    arguments.add("-drive");
    arguments.add("file=" + file(item) + ",format=vmdk,if=none,snapshot=on,id=" + id);
    arguments.add("-device");
    arguments.add(
        controllers.get(controller).equals("ahci")
            ? "ide-hd,bus=controller" + controller + "." + address + ",drive=" + id
            : "scsi-hd,bus=controller" + controller + ".0,scsi-id=" + address + ",drive=" + id);
  }

  private Path file(Element item) {
    String disk = value(item, "HostResource").replace("ovf:/disk/", "");
    String reference = with("Disk", "diskId", disk).getAttributeNS(OVF, "fileRef");
    return folder.resolve(with("File", "id", reference).getAttributeNS(OVF, "href"));
  }

  private Element with(String name, String attribute, String value) {
    return elements(OVF, name).stream()
        .filter(element -> element.getAttributeNS(OVF, attribute).equals(value))
        .findFirst()
        .orElseThrow();
  }

  private List<Element> elements(String namespace, String name) {
    NodeList nodes = descriptor.getElementsByTagNameNS(namespace, name);
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
  }

  private static String value(Element item, String name) {
    return item.getElementsByTagNameNS(RASD, name).item(0).getTextContent();
  }
}
