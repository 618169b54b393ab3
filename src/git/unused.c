/*
 * Entry points that libgit2's core refers to and that would pull what hookrun
 * never uses out of the static archives: the network code (sockets, TLS, HTTP,
 * SSH), and PCRE2, half a megabyte for the patterns of configuration files and
 * diff drivers.  With these defined here the linker leaves those members where
 * they are, and starting libgit2 costs 2 ms instead of 13.  Linked in only
 * beside libgit2.a; names as of libgit2 1.5.
 */
#include <stddef.h>

/* The initializers are called and have nothing to do; nothing else is. */
#define NEVER(type, name, value)                                               \
	type name(void);                                                       \
	type name(void)                                                        \
	{                                                                      \
		return value;                                                  \
	}

NEVER(int, git_mbedtls_stream_global_init, 0)
NEVER(int, git_mbedtls_stream_new, -1)
NEVER(int, git_mbedtls_stream_wrap, -1)
NEVER(int, git_mbedtls__set_cert_location, -1)
NEVER(int, git_socket_stream_global_init, 0)
NEVER(int, git_socket_stream_new, -1)
NEVER(int, git_transport_ssh_global_init, 0)
NEVER(int, git_smart_subtransport_ssh, -1)
NEVER(int, git_transport_ssh_with_paths, -1)
NEVER(int, git_smart_subtransport_http, -1)
NEVER(int, git_http_auth_negotiate, -1)
NEVER(void *, pcre2_compile_8, NULL)
NEVER(void, pcre2_code_free_8, )
NEVER(void *, pcre2_match_data_create_8, NULL)
NEVER(void, pcre2_match_data_free_8, )
NEVER(int, pcre2_match_8, -1)
NEVER(size_t *, pcre2_get_ovector_pointer_8, NULL)
NEVER(int, pcre2_get_error_message_8, -1)

extern int git_http__expect_continue;
int git_http__expect_continue;
