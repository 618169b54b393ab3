/*
 * Entry points that libgit2's core refers to and that would pull what hookrun
 * never uses out of the static archives: the network code (sockets, TLS, HTTP,
 * SSH), and PCRE2, half a megabyte for the patterns of configuration files and
 * diff drivers.  With these defined here the linker leaves those members where
 * they are, and starting libgit2 costs 2 ms instead of 13.  Linked in only
 * beside libgit2.a; names as of libgit2 1.5.
 */
#include <stddef.h>

void *pcre2_compile_8(void);
void pcre2_code_free_8(void);
void *pcre2_match_data_create_8(void);
void pcre2_match_data_free_8(void);
int pcre2_match_8(void);
size_t *pcre2_get_ovector_pointer_8(void);
int pcre2_get_error_message_8(void);
int git_mbedtls_stream_global_init(void);
int git_mbedtls_stream_new(void);
int git_mbedtls_stream_wrap(void);
int git_mbedtls__set_cert_location(void);
int git_socket_stream_global_init(void);
int git_socket_stream_new(void);
int git_transport_ssh_global_init(void);
int git_smart_subtransport_ssh(void);
int git_transport_ssh_with_paths(void);
int git_smart_subtransport_http(void);
int git_http_auth_negotiate(void);
extern int git_http__expect_continue;

int git_http__expect_continue;

int git_mbedtls_stream_global_init(void)
{
	return 0;
}

int git_mbedtls_stream_new(void)
{
	return -1;
}

int git_mbedtls_stream_wrap(void)
{
	return -1;
}

int git_mbedtls__set_cert_location(void)
{
	return -1;
}

int git_transport_ssh_global_init(void)
{
	return 0;
}

int git_smart_subtransport_ssh(void)
{
	return -1;
}

int git_transport_ssh_with_paths(void)
{
	return -1;
}

int git_smart_subtransport_http(void)
{
	return -1;
}

int git_http_auth_negotiate(void)
{
	return -1;
}

int git_socket_stream_global_init(void)
{
	return 0;
}

int git_socket_stream_new(void)
{
	return -1;
}

void *pcre2_compile_8(void)
{
	return NULL;
}

void pcre2_code_free_8(void)
{
}

void *pcre2_match_data_create_8(void)
{
	return NULL;
}

void pcre2_match_data_free_8(void)
{
}

int pcre2_match_8(void)
{
	return -1;
}

size_t *pcre2_get_ovector_pointer_8(void)
{
	return NULL;
}

int pcre2_get_error_message_8(void)
{
	return -1;
}
