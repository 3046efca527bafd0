package linuxkit.disk.ova;

import java.util.Locale;

/**
 * Writes the description of a machine with one disk and one network card (DMTF DSP0243 1.1.0, Open
 * Virtualization Format), as VirtualBox and vSphere import it.
 */
final class OvfDescriptor {
  // The version of the virtual hardware: supported from ESXi 5.5 on and by VirtualBox.
  private static final String HARDWARE = "vmx-10";

  private OvfDescriptor() {}

  /**
   * Returns the description.
   *
   * @param diskFile its name in the package
   * @param fileSize in bytes
   * @param capacity of the disk as the guest sees it, in bytes
   */
  static String of(Machine machine, String diskFile, long fileSize, long capacity) {
    String name = escape(machine.name());
    String firmware =
        switch (machine.firmware()) {
          case BIOS -> "bios";
          case UEFI -> "efi";
        };
    // The schema requires the elements of an item in alphabetical order.
    return String.format(
        Locale.ROOT,
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1"
            xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
            xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
            xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData"
            xmlns:vmw="http://www.vmware.com/schema/ovf">
          <References>
            <File ovf:href="%2$s" ovf:id="file1" ovf:size="%3$d"/>
          </References>
          <DiskSection>
            <Info>The disk of the machine</Info>
            <Disk ovf:capacity="%4$d" ovf:capacityAllocationUnits="byte" ovf:diskId="disk1"
                ovf:fileRef="file1"
                ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"/>
          </DiskSection>
          <NetworkSection>
            <Info>The network of the machine</Info>
            <Network ovf:name="network">
              <Description>Any network with DHCP</Description>
            </Network>
          </NetworkSection>
          <VirtualSystem ovf:id="%1$s">
            <Info>The machine</Info>
            <Name>%1$s</Name>
            <OperatingSystemSection ovf:id="101" vmw:osType="otherLinux64Guest">
              <Info>Linux, 64 bits</Info>
            </OperatingSystemSection>
            <VirtualHardwareSection>
              <Info>What the machine has</Info>
              <System>
                <vssd:ElementName>Virtual Hardware Family</vssd:ElementName>
                <vssd:InstanceID>0</vssd:InstanceID>
                <vssd:VirtualSystemIdentifier>%1$s</vssd:VirtualSystemIdentifier>
                <vssd:VirtualSystemType>%8$s</vssd:VirtualSystemType>
              </System>
              <Item>
                <rasd:AllocationUnits>hertz * 10^6</rasd:AllocationUnits>
                <rasd:ElementName>CPUs</rasd:ElementName>
                <rasd:InstanceID>1</rasd:InstanceID>
                <rasd:ResourceType>3</rasd:ResourceType>
                <rasd:VirtualQuantity>%5$d</rasd:VirtualQuantity>
              </Item>
              <Item>
                <rasd:AllocationUnits>byte * 2^20</rasd:AllocationUnits>
                <rasd:ElementName>Memory</rasd:ElementName>
                <rasd:InstanceID>2</rasd:InstanceID>
                <rasd:ResourceType>4</rasd:ResourceType>
                <rasd:VirtualQuantity>%6$d</rasd:VirtualQuantity>
              </Item>
              <Item>
                <rasd:Address>0</rasd:Address>
                <rasd:ElementName>Disk controller</rasd:ElementName>
                <rasd:InstanceID>3</rasd:InstanceID>
                <rasd:ResourceSubType>%9$s</rasd:ResourceSubType>
                <rasd:ResourceType>%10$d</rasd:ResourceType>
              </Item>
              <Item>
                <rasd:AddressOnParent>0</rasd:AddressOnParent>
                <rasd:ElementName>Disk</rasd:ElementName>
                <rasd:HostResource>ovf:/disk/disk1</rasd:HostResource>
                <rasd:InstanceID>4</rasd:InstanceID>
                <rasd:Parent>3</rasd:Parent>
                <rasd:ResourceType>17</rasd:ResourceType>
              </Item>
              <Item>
                <rasd:AddressOnParent>7</rasd:AddressOnParent>
                <rasd:AutomaticAllocation>true</rasd:AutomaticAllocation>
                <rasd:Connection>network</rasd:Connection>
                <rasd:ElementName>Network card</rasd:ElementName>
                <rasd:InstanceID>5</rasd:InstanceID>
                <rasd:ResourceSubType>%11$s</rasd:ResourceSubType>
                <rasd:ResourceType>10</rasd:ResourceType>
              </Item>
              <vmw:Config ovf:required="false" vmw:key="firmware" vmw:value="%7$s"/>
            </VirtualHardwareSection>
          </VirtualSystem>
        </Envelope>
        """,
        name,
        escape(diskFile),
        fileSize,
        capacity,
        machine.cpus(),
        machine.memory(),
        firmware,
        HARDWARE,
        machine.devices().controller(),
        machine.devices().controllerType(),
        machine.devices().network());
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&apos;");
  }
}
