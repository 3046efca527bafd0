// The container runtime's program, of which containers can take hold while they are started.
#pragma once

// Puts crun on a read-only file system of its own if it is on one that it does not trust. It trusts none in
// memory but a sealed file, and otherwise copies itself into one whenever it is called.
void copy_runtime(const char *program);
