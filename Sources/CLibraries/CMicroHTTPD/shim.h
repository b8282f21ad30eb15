#pragma once
#include <microhttpd.h>
#include <stdint.h>
#include <string.h>

/// Called with the request target as it was sent, before anything else; gives the request's context.
typedef void *(*kiln_http_begin)(void *context, const char *target, struct MHD_Connection *connection);

struct kiln_http_callbacks {
  void *context;
  kiln_http_begin begin;
  MHD_AccessHandlerCallback answer;
  MHD_RequestCompletedCallback end;
};

struct kiln_http_limits {
  unsigned connections, idle_seconds;
  size_t connection_bytes, stack_bytes;
};

/// Percent escapes stay as they are: the target is taken apart before it is decoded.
static inline size_t kiln_http_keep_escapes(void *context, struct MHD_Connection *connection, char *text) {
  (void)context, (void)connection;
  return strlen(text);
}

/// Serves a listening socket with one thread for each connection; NULL where it cannot start.
static inline struct MHD_Daemon *kiln_http_start(
    int listener, struct kiln_http_callbacks callbacks, struct kiln_http_limits limits) {
  unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL | MHD_USE_ITC;
  return MHD_start_daemon(
      flags, 0, NULL, NULL, callbacks.answer, callbacks.context,
      MHD_OPTION_LISTEN_SOCKET, (MHD_socket)listener,
      MHD_OPTION_URI_LOG_CALLBACK, callbacks.begin, callbacks.context,
      MHD_OPTION_NOTIFY_COMPLETED, callbacks.end, callbacks.context,
      MHD_OPTION_UNESCAPE_CALLBACK, kiln_http_keep_escapes, NULL,
      MHD_OPTION_CONNECTION_LIMIT, limits.connections,
      MHD_OPTION_CONNECTION_TIMEOUT, limits.idle_seconds,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, limits.connection_bytes,
      MHD_OPTION_THREAD_STACK_SIZE, limits.stack_bytes,
      MHD_OPTION_END);
}

/// Bytes of the request's head as they were received; 0 where the library cannot tell.
static inline size_t kiln_http_head_size(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
  return info ? info->header_size : 0;
}

/// Whether the library lets folded lines, bare line feeds and zero bytes pass, and parses in place.
static inline int kiln_http_is_lenient(void) { return MHD_get_version()[0] == '0'; }

// Constants of enumerations, whose Swift names differ between versions of the library.
static inline enum MHD_Result kiln_http_result(int is_fine) { return is_fine ? MHD_YES : MHD_NO; }

static inline void kiln_http_each_header(
    struct MHD_Connection *connection, MHD_KeyValueIterator visit, void *context) {
  MHD_get_connection_values(connection, MHD_HEADER_KIND, visit, context);
}

/// A response with a copy of the bytes.
static inline struct MHD_Response *kiln_http_response(const void *bytes, size_t count) {
  return MHD_create_response_from_buffer(count, (void *)bytes, MHD_RESPMEM_MUST_COPY);
}

static inline ssize_t kiln_http_end_of_stream(void) { return MHD_CONTENT_READER_END_OF_STREAM; }
static inline ssize_t kiln_http_broken_stream(void) { return MHD_CONTENT_READER_END_WITH_ERROR; }
static inline uint64_t kiln_http_unknown_size(void) { return MHD_SIZE_UNKNOWN; }
