// Closing all file systems before the machine stops.
#pragma once

// Takes swap space out of use, unmounts what stores data, and detaches loop, RAID and mapped devices.
// Each step has a time limit. Reports what stays open.
void close_disks(void);
