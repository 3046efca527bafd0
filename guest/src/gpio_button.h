// The power button of machines with a device tree, for kernels without a driver for it (gpio-keys).
#pragma once

#include <stdbool.h>

// Returns a descriptor that becomes readable when the button is pressed; -1 if there is no button.
int gpio_button_open(void);
// Reads all events of the descriptor. Returns whether the button was pressed.
bool gpio_button_pressed(int fd);
