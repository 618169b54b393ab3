/*
 * What libgit2's own build would find out by trying, for the systems that are
 * built for here: Linux with musl and macOS, both with 64 bits.  No network, no
 * TLS, no SSH; regular expressions are libc's.  Its sources include it as
 * git2/features.h.
 */
#ifndef INCLUDE_features_h__
#define INCLUDE_features_h__

#define GIT_ARCH_64 1
#define GIT_THREADS 1
#define GIT_USE_NSEC 1
#define GIT_USE_FUTIMENS 1
#define GIT_RAND_GETENTROPY 1
#define GIT_SHA1_COLLISIONDETECT 1
#define GIT_SHA256_BUILTIN 1

#ifdef __APPLE__
#define GIT_USE_STAT_MTIMESPEC 1
#define GIT_REGEX_REGCOMP_L
#define GIT_QSORT_R_BSD
#else
#define GIT_USE_STAT_MTIM 1
#define GIT_REGEX_REGCOMP
#define GIT_QSORT_R_GNU
#endif

#endif
