/*
 * Loaded in front of libc (LD_PRELOAD) into the real program by the fault tests. Of the files whose path begins with FAULTS_PREFIX it
 * records every write, truncation, sync, removal and renaming with its time (CLOCK_MONOTONIC) and bytes, and lets them fail or kill the
 * process when the shared page FAULTS_CONTROL says so. With FAULTS_NO_SYNC a sync does nothing and is not recorded: a disk that lies.
 *
 * Records (FAULTS_LOG), little-endian: int64 time, int32 kind, int32 length of the path, int64 offset, int64 length, path, bytes.
 * Kinds: 1 write, 2 truncate (to offset), 3 sync, 4 unlink, 5 rename (bytes = new path).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { WRITE = 1, TRUNCATE = 2, SYNC = 3, UNLINK = 4, RENAME = 5 };
enum { FAIL_WRITE = 1, FAIL_SYNC = 2, KILL_AT = 3 };

/* action: one of the above, 0 = none. at: which operation from now, 1 = the next. count: how many from there. met: seen so far. done: failed so far. */
struct control { volatile int64_t action, at, count, met, done; };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *prefix;
static size_t prefix_length;
static int log_file = -1;
static int no_sync;
static struct control *control;

__attribute__((constructor)) static void start(void)
{
    static int started;
    if (started) return;
    started = 1;
    prefix = getenv("FAULTS_PREFIX");
    if (!prefix) return;
    prefix_length = strlen(prefix);
    no_sync = getenv("FAULTS_NO_SYNC") != NULL;
    const char *path = getenv("FAULTS_LOG");
    if (path) log_file = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    path = getenv("FAULTS_CONTROL");
    if (!path) return;
    int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0600);
    void *page = file < 0 ? MAP_FAILED : mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (page != MAP_FAILED) control = page;
}

static int ours(const char *path)
{
    return prefix && strncmp(path, prefix, prefix_length) == 0;
}

static int ours_open(int file, char *path)
{
    start();
    if (!prefix) return 0;
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return ours(path);
}

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void record(int kind, const char *path, int64_t offset, const void *bytes, int64_t length)
{
    if (log_file < 0) return;
    struct __attribute__((packed)) { int64_t time; int32_t kind, path; int64_t offset, length; } head = { now(), kind, (int32_t)strlen(path), offset, length };
    struct iovec parts[3] = { { &head, sizeof head }, { (void *)path, (size_t)head.path }, { (void *)bytes, bytes ? (size_t)length : 0 } };
    if (syscall(SYS_writev, log_file, parts, 3) < 0) abort();
}

/* The error to give instead of doing it, or 0. */
static int fault(int kind)
{
    if (!control || !control->action) return 0;
    int64_t action = control->action;
    int matches = action == FAIL_SYNC ? kind == SYNC : action == FAIL_WRITE ? kind == WRITE || kind == TRUNCATE : 1;
    if (!matches) return 0;
    int64_t met = ++control->met;
    if (met < control->at || met >= control->at + control->count) return 0;
    control->done++;
    if (action == KILL_AT) { raise(SIGKILL); pause(); }
    return kind == SYNC ? EIO : ENOSPC;
}

static ssize_t write_at(int file, const void *bytes, size_t length, off_t offset)
{
    char path[PATH_MAX];
    if (!ours_open(file, path)) return syscall(SYS_pwrite64, file, bytes, length, offset);
    pthread_mutex_lock(&lock);
    ssize_t done = -1;
    int error = fault(WRITE);
    if (error) errno = error;
    else
    {
        done = syscall(SYS_pwrite64, file, bytes, length, offset);
        if (done > 0) record(WRITE, path, offset, bytes, done);
    }
    error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset) { return write_at(file, bytes, length, offset); }
ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset) { return write_at(file, bytes, length, offset); }

ssize_t write(int file, const void *bytes, size_t length)
{
    char path[PATH_MAX];
    if (file <= 2 || !ours_open(file, path)) return syscall(SYS_write, file, bytes, length);
    pthread_mutex_lock(&lock);
    off_t offset = lseek(file, 0, SEEK_CUR);
    ssize_t done = -1;
    int error = fault(WRITE);
    if (error) errno = error;
    else
    {
        done = syscall(SYS_write, file, bytes, length);
        if (done > 0) record(WRITE, path, offset, bytes, done);
    }
    error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

static int truncate_to(int file, off_t size)
{
    char path[PATH_MAX];
    if (!ours_open(file, path)) return (int)syscall(SYS_ftruncate, file, size);
    pthread_mutex_lock(&lock);
    int result = -1;
    int error = fault(TRUNCATE);
    if (error) errno = error;
    else if ((result = (int)syscall(SYS_ftruncate, file, size)) == 0) record(TRUNCATE, path, size, NULL, 0);
    error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int ftruncate(int file, off_t size) { return truncate_to(file, size); }
int ftruncate64(int file, off64_t size) { return truncate_to(file, size); }

static int sync_to_disk(int file, int call)
{
    char path[PATH_MAX];
    if (!ours_open(file, path)) return (int)syscall(call, file);
    if (no_sync) return 0;
    pthread_mutex_lock(&lock);
    int result = -1;
    int error = fault(SYNC);
    if (error) errno = error;
    else if ((result = (int)syscall(call, file)) == 0) record(SYNC, path, 0, NULL, 0);
    error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int fsync(int file) { return sync_to_disk(file, SYS_fsync); }
int fdatasync(int file) { return sync_to_disk(file, SYS_fdatasync); }

int unlink(const char *path)
{
    start();
    if (!ours(path)) return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    pthread_mutex_lock(&lock);
    int result = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    int error = errno;
    if (result == 0) record(UNLINK, path, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int rename(const char *from, const char *to)
{
    start();
    if (!ours(from)) return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    pthread_mutex_lock(&lock);
    int result = (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    int error = errno;
    if (result == 0) record(RENAME, from, 0, to, (int64_t)strlen(to));
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
