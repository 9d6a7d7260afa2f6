/* Loaded before other libraries: moves the wall clock of a program to CLOCK_START_MS at its start. Time passes as it does. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static int (*next)(clockid_t, struct timespec *);
static long long moved_ms;

__attribute__((constructor)) static void begin(void) {
    struct timespec now;
    const char *start = getenv("CLOCK_START_MS");
    next = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    next(CLOCK_REALTIME, &now);
    if (start) moved_ms = atoll(start) - (now.tv_sec * 1000LL + now.tv_nsec / 1000000);
}

int clock_gettime(clockid_t clock, struct timespec *told) {
    if (!next) begin();
    int result = next(clock, told);
    if (result == 0 && clock == CLOCK_REALTIME) {
        told->tv_sec += moved_ms / 1000;
        told->tv_nsec += moved_ms % 1000 * 1000000;
        if (told->tv_nsec < 0) { told->tv_nsec += 1000000000; told->tv_sec -= 1; }
        if (told->tv_nsec >= 1000000000) { told->tv_nsec -= 1000000000; told->tv_sec += 1; }
    }
    return result;
}
