/* Stands between a program and its C library: makes the call numbered FAULT_AT of the kind FAULT fail
 * ("read" with EIO, "write" with ENOSPC), cuts every call short ("short"), or ends the program where
 * it would start another or open a socket ("reach"). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <netdb.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
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

/* Ends the program with a code of its own. */
#define REACHED(result, name, arguments, types, given)            \
    result name arguments {                                        \
        result (*next) types = dlsym(RTLD_NEXT, #name);            \
        if (is("reach")) _exit(99);                                \
        return next given;                                         \
    }

REACHED(pid_t, fork, (void), (void), ())
REACHED(int, socket, (int domain, int type, int kind), (int, int, int), (domain, type, kind))
REACHED(int, execve, (const char *path, char *const *args, char *const *env),
        (const char *, char *const *, char *const *), (path, args, env))
REACHED(int, execvp, (const char *file, char *const *args),
        (const char *, char *const *), (file, args))
REACHED(int, posix_spawn,
        (pid_t *pid, const char *path, const posix_spawn_file_actions_t *acts,
         const posix_spawnattr_t *attr, char *const *args, char *const *env),
        (pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *,
         char *const *, char *const *), (pid, path, acts, attr, args, env))
REACHED(int, posix_spawnp,
        (pid_t *pid, const char *file, const posix_spawn_file_actions_t *acts,
         const posix_spawnattr_t *attr, char *const *args, char *const *env),
        (pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *,
         char *const *, char *const *), (pid, file, acts, attr, args, env))
REACHED(int, getaddrinfo,
        (const char *node, const char *service, const struct addrinfo *hints,
         struct addrinfo **found),
        (const char *, const char *, const struct addrinfo *, struct addrinfo **),
        (node, service, hints, found))
