// Random numbers kept from one start of the system to the next.
#pragma once

// Replaces the seed in /var/lib/random-seed for the next start. Does nothing if there is no such file, or if it
// would not survive.
void random_seed_save(void);
