/* A file layer that fails on demand: preloaded, it counts what a process does to files below one folder, and at the nth of
   these writes fails, writes short, or ends the process. Linux; everything that it is not armed for passes through. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { COUNT, ERROR_ONCE, ERRORS, DISK_FULL, SHORT_ONCE, SHORT_THEN_FULL, KILL_BEFORE, KILL_TORN };

static char folder[4096];
static int armed = -1;
static long at;
static atomic_long seen;

void failing_files_arm(const char *below, int what, long nth) {
    snprintf(folder, sizeof folder, "%s", below);
    at = nth;
    atomic_store(&seen, 0);
    armed = what;
}

long failing_files_count(void) { return atomic_load(&seen); }

static int is_below(const char *path) {
    size_t length = strlen(folder);
    return path && strncmp(path, folder, length) == 0 && path[length] == '/';
}

static int is_watched(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_below(path);
}

/* What becomes of this call: 0 it goes through, 1 it writes only half, -1 it fails and errno says how. */
static int fate(int counts, int bytes) {
    if (armed < 0 || !counts) return 0;
    int saved = errno;
    long now = atomic_fetch_add(&seen, 1) + 1;
    errno = saved;
    if (armed == COUNT || now < at) return 0;
    if (armed == DISK_FULL || (armed == SHORT_THEN_FULL && now > at)) { errno = ENOSPC; return bytes ? -1 : 0; }
    if (armed == ERRORS || (armed == ERROR_ONCE && now == at)) { errno = EIO; return -1; }
    if (now > at) return 0;
    if (armed == KILL_BEFORE || (armed == KILL_TORN && !bytes)) kill(getpid(), SIGKILL);
    return bytes ? 1 : 0;
}

static void end_if_torn(void) { if (armed == KILL_TORN) kill(getpid(), SIGKILL); }

#define REAL(name) static __typeof__(name) *real; if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define WRITING(type, name, parameters, whole, half) \
    type name parameters { \
        REAL(name); \
        int what = fate(is_watched(fd), 1); \
        if (what < 0) return -1; \
        if (what == 0 || size < 2) return whole; \
        type done = half; \
        end_if_torn(); \
        return done; \
    }

WRITING(ssize_t, write, (int fd, const void *from, size_t size), real(fd, from, size), real(fd, from, size / 2))
WRITING(ssize_t, pwrite, (int fd, const void *from, size_t size, off_t offset),
        real(fd, from, size, offset), real(fd, from, size / 2, offset))
WRITING(ssize_t, pwrite64, (int fd, const void *from, size_t size, off64_t offset),
        real(fd, from, size, offset), real(fd, from, size / 2, offset))
ssize_t sendfile(int fd, int in, off_t *offset, size_t size);
WRITING(ssize_t, sendfile, (int fd, int in, off_t *offset, size_t size),
        real(fd, in, offset, size), real(fd, in, offset, size > 65536 ? 65536 : size / 2))
ssize_t sendfile64(int fd, int in, off64_t *offset, size_t size);
WRITING(ssize_t, sendfile64, (int fd, int in, off64_t *offset, size_t size),
        real(fd, in, offset, size), real(fd, in, offset, size > 65536 ? 65536 : size / 2))

#define OTHER(name, parameters, watched, call) \
    int name parameters { REAL(name); return fate(watched, 0) < 0 ? -1 : call; }

OTHER(fsync, (int fd), is_watched(fd), real(fd))
OTHER(fdatasync, (int fd), is_watched(fd), real(fd))
OTHER(ftruncate, (int fd, off_t size), is_watched(fd), real(fd, size))
OTHER(ftruncate64, (int fd, off64_t size), is_watched(fd), real(fd, size))
OTHER(rename, (const char *from, const char *to), is_below(to), real(from, to))
OTHER(unlink, (const char *path), is_below(path), real(path))
