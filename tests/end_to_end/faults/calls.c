/* Stands between a program and its C library: makes the call numbered FAULT_AT of the kind FAULT fail
 * ("read" with EIO, "write" with ENOSPC), or cuts every call short ("short"). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_int calls;

static int is(const char *kind) {
    const char *fault = getenv("FAULT");
    return fault && strcmp(fault, kind) == 0;
}

static int fails(const char *kind) {
    const char *at = getenv("FAULT_AT");
    return is(kind) && at && atomic_fetch_add(&calls, 1) + 1 == atoi(at);
}

static size_t most(size_t asked) {
    return is("short") && asked > 7 ? 7 : asked;
}

ssize_t read(int file, void *buffer, size_t count) {
    ssize_t (*next)(int, void *, size_t) = dlsym(RTLD_NEXT, "read");
    if (fails("read")) { errno = EIO; return -1; }
    return next(file, buffer, most(count));
}

ssize_t pread64(int file, void *buffer, size_t count, off64_t at) {
    ssize_t (*next)(int, void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pread64");
    if (fails("read")) { errno = EIO; return -1; }
    return next(file, buffer, most(count), at);
}

ssize_t write(int file, const void *buffer, size_t count) {
    ssize_t (*next)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    if (fails("write")) { errno = ENOSPC; return -1; }
    return next(file, buffer, most(count));
}
