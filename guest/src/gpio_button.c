#include "gpio_button.h"
#include "guest.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/gpio.h>
#include <linux/input-event-codes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define KEYS "/sys/firmware/devicetree/base/gpio-keys/*/linux,code"

// Reads a property of 32-bit cells. Returns how many were read.
static size_t read_cells(const char *path, uint32_t *cells, size_t most)
{
	struct buffer content = {0};
	size_t count = 0;
	if (read_file(path, 4096, &content))
		for (; count < most && (count + 1) * 4 <= content.size; count++) {
			memcpy(&cells[count], content.data + count * 4, 4);
			cells[count] = ntohl(cells[count]);
		}
	buffer_free(&content);
	return count;
}

// Opens the chip whose device tree node has that handle.
static int open_chip(uint32_t handle)
{
	glob_t found;
	int fd = -1;
	if (glob("/sys/bus/gpio/devices/gpiochip*", 0, NULL, &found) != 0)
		return -1;
	for (size_t i = 0; i < found.gl_pathc && fd < 0; i++) {
		char *property = text("%s/of_node/phandle", found.gl_pathv[i]);
		char *device = text("/dev/%s", strrchr(found.gl_pathv[i], '/') + 1);
		uint32_t cell;
		if (read_cells(property, &cell, 1) == 1 && cell == handle)
			fd = open(device, O_RDWR | O_CLOEXEC);
		free(property);
		free(device);
	}
	globfree(&found);
	return fd;
}

static int open_line(const char *code_path)
{
	char *path = text("%.*s/gpios", (int)(strrchr(code_path, '/') - code_path), code_path);
	uint32_t code, where[2]; // the chip's handle, the line
	int chip = -1, line = -1;
	if (read_cells(code_path, &code, 1) == 1 && code == KEY_POWER && read_cells(path, where, 2) == 2)
		chip = open_chip(where[0]);
	if (chip >= 0) {
		struct gpio_v2_line_request request = {
			.offsets = {where[1]},
			.consumer = "power button",
			.config = {.flags = GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING},
			.num_lines = 1,
		};
		if (ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &request) == 0) {
			line = request.fd;
			(void)fcntl(line, F_SETFL, O_NONBLOCK);
		}
		close(chip);
	}
	free(path);
	return line;
}

int gpio_button_open(void)
{
	glob_t found;
	int line = -1;
	if (glob(KEYS, 0, NULL, &found) != 0)
		return -1;
	for (size_t i = 0; i < found.gl_pathc && line < 0; i++)
		line = open_line(found.gl_pathv[i]);
	globfree(&found);
	return line;
}

bool gpio_button_pressed(int fd)
{
	struct gpio_v2_line_event event;
	bool pressed = false;
	while (read(fd, &event, sizeof event) == sizeof event)
		pressed |= event.id == GPIO_V2_LINE_EVENT_RISING_EDGE;
	return pressed;
}
