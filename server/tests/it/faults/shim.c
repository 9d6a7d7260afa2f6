/* Lets the system's calls fail for files below one folder, as a full disk or a broken one would.
 *
 * Loaded into a server by LD_PRELOAD. The folder is INFERNO_KPI_FAULT_FOLDER; what fails, and when, stands in the file
 * INFERNO_KPI_FAULT_CONTROL, which a test rewrites while the server runs. Which file a call is about is asked of the
 * system each time (/proc/self/fd), so that nothing has to be remembered.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* The test knows this layout: eight words of eight bytes. */
struct control {
    _Atomic int64_t loaded;    /* how many processes have loaded this */
    _Atomic int64_t calls;     /* watched calls so far, whether they failed or not */
    _Atomic int64_t faults;    /* calls that were made to fail */
    _Atomic int64_t classes;   /* which classes of calls fail */
    _Atomic int64_t error;     /* with which errno */
    _Atomic int64_t flags;
    _Atomic int64_t countdown; /* the how manieth call from now fails, from 1 */
    _Atomic int64_t armed;     /* written last */
};

enum { WRITE = 1, SYNC = 2, RESIZE = 4, OPEN = 8, NAME = 16, MAP = 32 };
enum { FOR_EVER = 1, ONLY_GROWING = 2, SHORT = 4 };

static struct control *control;
static char folder[PATH_MAX];
static size_t folder_length;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) abort();
    return found;
}

__attribute__((constructor)) static void load(void) {
    const char *of_folder = getenv("INFERNO_KPI_FAULT_FOLDER"), *of_control = getenv("INFERNO_KPI_FAULT_CONTROL");
    if (!of_folder || !of_control) return;
    folder_length = strlen(of_folder);
    if (folder_length >= sizeof folder) return;
    memcpy(folder, of_folder, folder_length + 1);
    int file = REAL(open)(of_control, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    void *mapped = REAL(mmap)(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    REAL(close)(file);
    if (mapped == MAP_FAILED) return;
    control = mapped;
    atomic_fetch_add(&control->loaded, 1);
}

static int is_below(const char *path) {
    return control && strncmp(path, folder, folder_length) == 0 &&
           (path[folder_length] == '/' || path[folder_length] == 0);
}

static int is_watched(int file) {
    char link[64], path[PATH_MAX];
    if (!control) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_below(path);
}

static int is_path_watched(int base, const char *path) {
    char whole[2 * PATH_MAX + 2], start[PATH_MAX];
    if (!control || !path) return 0;
    if (path[0] == '/') return is_below(path);
    if (base != AT_FDCWD || !getcwd(start, sizeof start)) return 0;
    snprintf(whole, sizeof whole, "%s/%s", start, path);
    return is_below(whole);
}

/* The errno with which this call is to fail, 0 if it is to be made; -1 if a write is to be cut short. */
static int fault(int class, int grows) {
    atomic_fetch_add(&control->calls, 1);
    if (!atomic_load(&control->armed)) return 0;
    int64_t flags = atomic_load(&control->flags);
    if (!(atomic_load(&control->classes) & class)) return 0;
    if ((flags & ONLY_GROWING) && !grows) return 0;
    int64_t left = atomic_fetch_sub(&control->countdown, 1);
    if (left > 1 || (left < 1 && !(flags & FOR_EVER))) return 0;
    atomic_fetch_add(&control->faults, 1);
    if ((flags & SHORT) && class == WRITE && left == 1) return -1;
    return (int)atomic_load(&control->error);
}

static int ends_behind(int file, off_t offset, size_t length) {
    struct stat found;
    return fstat(file, &found) == 0 && offset + (off_t)length > found.st_size;
}

static off_t place_of(int file) {
    struct stat found;
    int flags = fcntl(file, F_GETFL);
    if (flags >= 0 && (flags & O_APPEND) && fstat(file, &found) == 0) return found.st_size;
    off_t place = lseek(file, 0, SEEK_CUR);
    return place < 0 ? 0 : place;
}

#define FAIL(code) do { errno = (code); return -1; } while (0)

/* Asks for the fault of a write of `length` bytes; halves the length where the write is to be cut short. */
#define WRITE_FAULT(file, offset, length)                                            \
    do {                                                                             \
        if (is_watched(file)) {                                                      \
            int code = fault(WRITE, ends_behind(file, offset, length));              \
            if (code > 0) FAIL(code);                                                \
            if (code < 0) {                                                          \
                if ((length) < 2) FAIL((int)atomic_load(&control->error));           \
                (length) /= 2;                                                       \
            }                                                                        \
        }                                                                            \
    } while (0)

ssize_t write(int file, const void *bytes, size_t length) {
    WRITE_FAULT(file, place_of(file), length);
    return REAL(write)(file, bytes, length);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset) {
    WRITE_FAULT(file, offset, length);
    return REAL(pwrite)(file, bytes, length, offset);
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset) {
    WRITE_FAULT(file, offset, length);
    return REAL(pwrite64)(file, bytes, length, offset);
}

static size_t total(const struct iovec *parts, int count) {
    size_t length = 0;
    for (int at = 0; at < count; at++) length += parts[at].iov_len;
    return length;
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    size_t length = total(parts, count);
    size_t whole = length;
    WRITE_FAULT(file, place_of(file), length);
    if (length < whole && count > 0)
        return REAL(write)(file, parts[0].iov_base, length < parts[0].iov_len ? length : parts[0].iov_len);
    return REAL(writev)(file, parts, count);
}

ssize_t pwritev(int file, const struct iovec *parts, int count, off_t offset) {
    size_t length = total(parts, count);
    size_t whole = length;
    WRITE_FAULT(file, offset, length);
    if (length < whole && count > 0)
        return REAL(pwrite)(file, parts[0].iov_base, length < parts[0].iov_len ? length : parts[0].iov_len, offset);
    return REAL(pwritev)(file, parts, count, offset);
}

ssize_t pwritev64(int file, const struct iovec *parts, int count, off64_t offset) {
    return pwritev(file, parts, count, (off_t)offset);
}

#define FILE_FAULT(file, class, grows)                     \
    do {                                                   \
        if (is_watched(file)) {                            \
            int code = fault(class, grows);                \
            if (code > 0) FAIL(code);                      \
        }                                                  \
    } while (0)

int fsync(int file) {
    FILE_FAULT(file, SYNC, 0);
    return REAL(fsync)(file);
}

int fdatasync(int file) {
    FILE_FAULT(file, SYNC, 0);
    return REAL(fdatasync)(file);
}

int ftruncate(int file, off_t length) {
    FILE_FAULT(file, RESIZE, ends_behind(file, 0, (size_t)length));
    return REAL(ftruncate)(file, length);
}

int ftruncate64(int file, off64_t length) {
    FILE_FAULT(file, RESIZE, ends_behind(file, 0, (size_t)length));
    return REAL(ftruncate64)(file, length);
}

int fallocate(int file, int mode, off_t offset, off_t length) {
    FILE_FAULT(file, RESIZE, 1);
    return REAL(fallocate)(file, mode, offset, length);
}

int fallocate64(int file, int mode, off64_t offset, off64_t length) {
    FILE_FAULT(file, RESIZE, 1);
    return REAL(fallocate64)(file, mode, offset, length);
}

/* These two give the error itself. */
int posix_fallocate(int file, off_t offset, off_t length) {
    if (is_watched(file)) {
        int code = fault(RESIZE, 1);
        if (code > 0) return code;
    }
    return REAL(posix_fallocate)(file, offset, length);
}

int posix_fallocate64(int file, off64_t offset, off64_t length) {
    if (is_watched(file)) {
        int code = fault(RESIZE, 1);
        if (code > 0) return code;
    }
    return REAL(posix_fallocate64)(file, offset, length);
}

#define NAMED_FAULT(base, path, class, grows)              \
    do {                                                   \
        if (is_path_watched(base, path)) {                 \
            int code = fault(class, grows);                \
            if (code > 0) FAIL(code);                      \
        }                                                  \
    } while (0)

static int writes(int flags) {
    return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC));
}

#define MODE(flags)                                            \
    mode_t mode = 0;                                           \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                     \
        va_list rest;                                          \
        va_start(rest, flags);                                 \
        mode = (mode_t)va_arg(rest, int);                      \
        va_end(rest);                                          \
    }

int open(const char *path, int flags, ...) {
    MODE(flags)
    if (writes(flags)) NAMED_FAULT(AT_FDCWD, path, OPEN, (flags & O_CREAT) != 0);
    return REAL(open)(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE(flags)
    if (writes(flags)) NAMED_FAULT(AT_FDCWD, path, OPEN, (flags & O_CREAT) != 0);
    return REAL(open64)(path, flags, mode);
}

int openat(int base, const char *path, int flags, ...) {
    MODE(flags)
    if (writes(flags)) NAMED_FAULT(base, path, OPEN, (flags & O_CREAT) != 0);
    return REAL(openat)(base, path, flags, mode);
}

int openat64(int base, const char *path, int flags, ...) {
    MODE(flags)
    if (writes(flags)) NAMED_FAULT(base, path, OPEN, (flags & O_CREAT) != 0);
    return REAL(openat64)(base, path, flags, mode);
}

int creat(const char *path, mode_t mode) {
    NAMED_FAULT(AT_FDCWD, path, OPEN, 1);
    return REAL(creat)(path, mode);
}

int creat64(const char *path, mode_t mode) {
    NAMED_FAULT(AT_FDCWD, path, OPEN, 1);
    return REAL(creat64)(path, mode);
}

int rename(const char *from, const char *to) {
    NAMED_FAULT(AT_FDCWD, to, NAME, 0);
    return REAL(rename)(from, to);
}

int unlink(const char *path) {
    NAMED_FAULT(AT_FDCWD, path, NAME, 0);
    return REAL(unlink)(path);
}

int mkdir(const char *path, mode_t mode) {
    NAMED_FAULT(AT_FDCWD, path, NAME, 1);
    return REAL(mkdir)(path, mode);
}

void *mmap(void *address, size_t length, int protection, int flags, int file, off_t offset) {
    if (file >= 0 && (flags & MAP_SHARED) && (protection & PROT_WRITE) && is_watched(file)) {
        int code = fault(MAP, 0);
        if (code > 0) {
            errno = code;
            return MAP_FAILED;
        }
    }
    return REAL(mmap)(address, length, protection, flags, file, offset);
}

void *mmap64(void *address, size_t length, int protection, int flags, int file, off64_t offset) {
    return mmap(address, length, protection, flags, file, (off_t)offset);
}
