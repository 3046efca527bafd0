// Recognises an initrd that was not unpacked to its end, which the kernel reports and then ignores.
#pragma once

// Powers the machine off with a message if the initrd that we are in should have an end mark and does
// not have it. Otherwise removes the marks.
void require_whole_initrd(void);
