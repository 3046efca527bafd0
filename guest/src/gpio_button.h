// The power button of machines described by a device tree, where the kernel has no driver for it (gpio-keys).
#pragma once

#include <stdbool.h>

// A descriptor that becomes readable when the button is pressed; -1 when there is no such button.
int gpio_button_open(void);
// Takes what the descriptor has; whether it was a press of the button.
bool gpio_button_pressed(int fd);
