package linuxkit.run.qemu;

import java.util.UUID;
import linuxkit.run.qemu.state.StateDirectory;

/** The properties that distinguish a guest from every other one. */
record GuestIdentity(StateDirectory state, String macAddress, UUID uuid) {}
