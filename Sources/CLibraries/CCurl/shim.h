#pragma once
// libcurl's variadic and macro calls in a form that Swift can see. No policy, no logic.
#include <curl/curl.h>

typedef size_t (*kiln_curl_transfer)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode kiln_curl_set_number(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode kiln_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}

/// libcurl copies the text.
static inline CURLcode kiln_curl_set_text(CURL *handle, CURLoption option, const char *text) {
  return curl_easy_setopt(handle, option, text);
}

/// libcurl copies the bytes.
static inline CURLcode kiln_curl_set_body(CURL *handle, const void *bytes, curl_off_t count) {
  CURLcode sized = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, count);
  return sized != CURLE_OK ? sized : curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, bytes);
}

/// libcurl keeps the list, which must outlive the transfer.
static inline CURLcode kiln_curl_set_headers(CURL *handle, struct curl_slist *list) {
  return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, list);
}

static inline CURLcode kiln_curl_set_receiver(CURL *handle, kiln_curl_transfer receive, void *context) {
  CURLcode set = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, receive);
  return set != CURLE_OK ? set : curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
}

static inline CURLcode kiln_curl_set_sender(CURL *handle, kiln_curl_transfer send, void *context) {
  CURLcode set = curl_easy_setopt(handle, CURLOPT_READFUNCTION, send);
  return set != CURLE_OK ? set : curl_easy_setopt(handle, CURLOPT_READDATA, context);
}

/// What a sender returns to give up.
static inline size_t kiln_curl_abort(void) { return CURL_READFUNC_ABORT; }

/// Status of the answer; 0 before its first line has arrived.
static inline long kiln_curl_status(CURL *handle) {
  long status = 0;
  return curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK ? status : 0;
}

/// Takes the next finished transfer from the queue: its result, or -1 when none has finished.
static inline int kiln_curl_finished(CURLM *multi) {
  int rest = 0;
  CURLMsg *message = curl_multi_info_read(multi, &rest);
  return message != NULL && message->msg == CURLMSG_DONE ? (int)message->data.result : -1;
}
