#pragma once
// Functions of four numbers at once from the C library (libmvec); elsewhere one after another.
#include <math.h>

#if defined(__x86_64__) && defined(__linux__)

typedef double kiln_four __attribute__((vector_size(32)));
typedef double kiln_unaligned_four __attribute__((vector_size(32), aligned(8)));

#define KILN_VECTOR __attribute__((target("avx2,fma")))

KILN_VECTOR kiln_four _ZGVdN4v_exp(kiln_four);
KILN_VECTOR kiln_four _ZGVdN4v_log(kiln_four);
KILN_VECTOR kiln_four _ZGVdN4v_sin(kiln_four);
KILN_VECTOR kiln_four _ZGVdN4v_cos(kiln_four);
KILN_VECTOR kiln_four _ZGVdN4vv_pow(kiln_four, kiln_four);

// `count` is a multiple of four.
#define KILN_UNARY(name)                                                                        \
  KILN_VECTOR static inline void kiln_vector_##name(const double *x, double *y, long count) {   \
    for (long i = 0; i < count; i += 4)                                                         \
      *(kiln_unaligned_four *)(y + i) = _ZGVdN4v_##name(*(const kiln_unaligned_four *)(x + i)); \
  }

KILN_VECTOR static inline void kiln_vector_pow(
    const double *x, const double *e, double *y, long count) {
  for (long i = 0; i < count; i += 4)
    *(kiln_unaligned_four *)(y + i) = _ZGVdN4vv_pow(
        *(const kiln_unaligned_four *)(x + i), *(const kiln_unaligned_four *)(e + i));
}

#else

#define KILN_UNARY(name)                                                            \
  static inline void kiln_vector_##name(const double *x, double *y, long count) {   \
    for (long i = 0; i < count; i++) y[i] = name(x[i]);                             \
  }

static inline void kiln_vector_pow(const double *x, const double *e, double *y, long count) {
  for (long i = 0; i < count; i++) y[i] = pow(x[i], e[i]);
}

#endif

KILN_UNARY(exp)
KILN_UNARY(log)
KILN_UNARY(sin)
KILN_UNARY(cos)
